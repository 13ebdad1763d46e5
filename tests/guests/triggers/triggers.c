// Functions that start others by setting keys: a fan-out, a chain of two, a failure, a cycle.
#include "waverless.h"

static void set_key(wv_key key, const char *value, uint32_t len) {
  WV_BATCH(batch, 1);
  wv_set(&batch, key, value, len);
  wv_run(&batch);
}

// Sets job_0 ... job_{n-1}, n being the payload; each starts `work`. One batch has 64 at most.
WV_EXPORT(fan_out) void fan_out(const char *text, uint32_t len) {
  static char keys[64][WV_DECIMAL_MAX + 4];
  const char *at = text;
  int32_t jobs = wv_read_decimal(&at, text + len);
  if (jobs < 0) WV_FAIL("expected a number of jobs");
  WV_BATCH(batch, 64);
  for (int32_t i = 0; i < jobs; i++) {
    char *key = keys[batch.ops];
    wv_copy(key, "job_", 4);
    wv_set(&batch, (wv_key){key, 4 + wv_decimal(key + 4, (uint64_t)i)}, "todo", 4);
    if (batch.ops == 64) wv_run(&batch);
  }
  if (batch.ops > 0) wv_run(&batch);
  wv_result(text, len);
}

// Moves job_{i} to done_{i}, in one commit.
WV_EXPORT(work) void work(const char *key, uint32_t len) {
  char done[64];
  if (len < 4 || len > sizeof(done) - 1) WV_FAIL("expected job_{}");
  wv_copy(done, "done", 4);
  wv_copy(done + 4, key + 3, len - 3);
  WV_BATCH(batch, 2);
  wv_set(&batch, (wv_key){done, len + 1}, key, len);
  wv_delete(&batch, (wv_key){key, len});
  wv_run(&batch);
}

// Sets doomed_{payload}; that starts `fail`, which always traps.
WV_EXPORT(doom) void doom(const char *text, uint32_t len) {
  char key[64] = "doomed_";
  if (len == 0 || len > sizeof(key) - 7) WV_FAIL("expected a short name");
  wv_copy(key + 7, text, len);
  set_key((wv_key){key, 7 + len}, "x", 1);
  WV_RESULT("doomed");
}

WV_EXPORT(fail) void fail(const char *key, uint32_t len) {
  wv_result(key, len);
  __builtin_trap();
}

// Sets the key `cycle`; that starts `turn`, which sets it again, for ever.
WV_EXPORT(begin_cycle) void begin_cycle(void) {
  set_key(WV_KEY("cycle"), "x", 1);
  WV_RESULT("begun");
}

WV_EXPORT(turn) void turn(const char *key, uint32_t len) { set_key((wv_key){key, len}, "x", 1); }
