// Functions that misbehave, and a few that are plain, in one app: the others must not notice.
#include "waverless.h"

#define PAGE_BYTES 65536u

static volatile uint32_t sink;

static uint32_t number(const char *text, uint32_t len) {
  const char *at = text;
  int32_t value = wv_read_decimal(&at, text + len);
  return value < 0 ? 0 : (uint32_t)value;
}

static void answer_number(uint32_t value) {
  char text[WV_DECIMAL_MAX];
  wv_result(text, wv_decimal(text, value));
}

WV_EXPORT(echo) void echo(const char *payload, uint32_t len) { wv_result(payload, len); }

// How the payload arrived: "none", or its length.
WV_EXPORT(payload) void payload(const char *bytes, uint32_t len) {
  if (!bytes) {
    WV_RESULT("none");
  } else {
    answer_number(len);
  }
}

// Never writes a result.
WV_EXPORT(silent) void silent(void) { sink = 1; }

// The last call wins.
WV_EXPORT(twice) void twice(void) {
  WV_RESULT("first");
  WV_RESULT("second");
}

WV_EXPORT(trap) void trap(void) { __builtin_trap(); }

// Leaves a text as the result before it traps, as the SDK's WV_FAIL does.
WV_EXPORT(fail) void fail(void) { WV_FAIL("this is why"); }

WV_EXPORT(divide) void divide(const char *text, uint32_t len) {
  answer_number(100 / number(text, len));
}

// Reads what lies behind the end of memory.
WV_EXPORT(stray) void stray(void) {
  uint32_t end = (uint32_t)__builtin_wasm_memory_size(0) * PAGE_BYTES;
  sink = *(volatile uint32_t *)(uintptr_t)(end + 4096);
}

WV_EXPORT(spin) void spin(void) {
  for (;;) sink++;
}

// Spins for so many million rounds: busy, but not for ever.
WV_EXPORT(busy) void busy(const char *text, uint32_t len) {
  for (uint64_t left = number(text, len) * 1000000ull; left > 0; left--) sink++;
  WV_RESULT("done");
}

#pragma clang diagnostic ignored "-Winfinite-recursion"
// Overflows the machine's stack: the guest's own one is not used.
static __attribute__((noinline)) uint32_t down(uint32_t depth) {
  sink = depth;
  uint32_t below = down(depth + 1);
  return below + sink;
}

WV_EXPORT(recurse) void recurse(void) { answer_number(down(0)); }

// Overflows the guest's own stack, which lies at the bottom of its memory.
static __attribute__((noinline)) uint32_t down_with_room(volatile char *above) {
  volatile char room[512];
  room[0] = above[0];
  return down_with_room(room) + (uint32_t)room[0];
}

WV_EXPORT(overflow) void overflow(void) {
  volatile char room[1] = {1};
  answer_number(down_with_room(room));
}

// Grows page by page until refused; answers how many pages there were then.
WV_EXPORT(grow) void grow(void) {
  while (__builtin_wasm_memory_grow(0, 1) != (uint32_t)-1) {
    uint32_t end = (uint32_t)__builtin_wasm_memory_size(0) * PAGE_BYTES;
    *(volatile char *)(uintptr_t)(end - 1) = 1;
  }
  answer_number((uint32_t)__builtin_wasm_memory_size(0));
}

// Takes memory until the SDK traps for want of it.
WV_EXPORT(exhaust) void exhaust(void) {
  for (;;) sink += *(char *)wv_alloc(1u << 20);
}

// Answers with so many bytes.
WV_EXPORT(flood) void flood(const char *text, uint32_t len) {
  uint32_t bytes = number(text, len);
  wv_result(wv_alloc(bytes), bytes);
}

// Calls the host for ever; no single call takes long.
WV_EXPORT(chatter) void chatter(void) {
  for (;;) WV_RESULT("still here");
}
