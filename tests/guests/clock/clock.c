// Is busy for as many milliseconds as the payload says, by the WASI clock: a slow function that
// computes. It shows too that a guest of the original ABI may import from WASI.
#include "waverless.h"

#define MONOTONIC 1

__attribute__((import_module("wasi_snapshot_preview1"), import_name("clock_time_get")))
uint16_t clock_time_get(uint32_t clock, uint64_t precision, uint64_t *now);

static uint64_t now_ns(void) {
  uint64_t now;
  if (clock_time_get(MONOTONIC, 1000, &now) != 0) WV_FAIL("there is no clock");
  return now;
}

WV_EXPORT(slow) void slow(const char *text, uint32_t len) {
  const char *at = text;
  int32_t ms = wv_read_decimal(&at, text + len);
  if (ms < 0) WV_FAIL("expected a number of milliseconds");
  uint64_t until = now_ns() + (uint64_t)ms * 1000000;
  while (now_ns() < until) continue;
  wv_result(text, len);
}
