#include "waverless.h"

#define PAGE_BYTES 65536u
// Growing is a system call for the host, so it happens in steps once a guest needs more memory.
#define GROW_PAGES 8u

extern unsigned char __heap_base;

static uintptr_t next;
// Memory below this address was in use before a reset and is no longer zero.
static uintptr_t used_top;

static uintptr_t begin(void) { return next ? next : ((uintptr_t)&__heap_base + 15) & ~15u; }

// Addresses are computed in 64 bits: a request near 4 GiB must not wrap around.
static void *reserve(uint32_t bytes) {
  uint64_t at = begin();
  uint64_t end = (at + bytes + 15) & ~15ull;
  uint64_t pages = (end + PAGE_BYTES - 1) / PAGE_BYTES;
  uint64_t have = __builtin_wasm_memory_size(0);
  if (pages > have) {
    uint64_t more = pages - have;
    uint64_t step = more < GROW_PAGES && have > 1 ? GROW_PAGES : more;
    if (pages > 65535) return 0;
    if (__builtin_wasm_memory_grow(0, (uint32_t)step) == (uint32_t)-1 &&
        __builtin_wasm_memory_grow(0, (uint32_t)more) == (uint32_t)-1) {
      return 0;
    }
  }
  next = (uintptr_t)end;
  return (void *)(uintptr_t)at;
}

// The host asks for room for a payload. An empty payload has an address too, other than 0: a
// function can tell it from no payload at all. 0 when memory is refused.
WV_EXPORT(allocate) void *allocate(uint32_t bytes) { return reserve(bytes); }

void *wv_alloc_unzeroed(uint32_t bytes) {
  void *at = reserve(bytes);
  if (!at) __builtin_trap();
  return at;
}

void *wv_alloc(uint32_t bytes) {
  unsigned char *at = wv_alloc_unzeroed(bytes);
  uintptr_t from = (uintptr_t)at;
  if (from < used_top) {
    uintptr_t dirty = used_top < next ? used_top : next;
    __builtin_memset(at, 0, dirty - from);
  }
  return at;
}

void *wv_heap_mark(void) { return (void *)begin(); }

void wv_heap_reset(void *mark) {
  if (next > used_top) used_top = next;
  next = (uintptr_t)mark;
}
