// Keys and values by hand, within the declared keys and outside them.
#include "waverless.h"

static void answer_value(wv_key key) {
  int32_t len;
  WV_BATCH(batch, 1);
  wv_get(&batch, key, &len);
  int32_t id = wv_run(&batch);
  if (len < 0) {
    WV_RESULT("(missing)");
    return;
  }
  char *value = wv_alloc((uint32_t)len);
  wv_values(id, &(wv_value){0, value}, 1);
  wv_result(value, (uint32_t)len);
}

static uint32_t find(const char *text, uint32_t len, char wanted) {
  uint32_t at = 0;
  while (at < len && text[at] != wanted) at++;
  return at;
}

// "key=value"; everything behind the first "=" is the value.
WV_EXPORT(set) void set(const char *text, uint32_t len) {
  uint32_t key_len = find(text, len, '=');
  if (key_len == len) WV_FAIL("expected key=value");
  WV_BATCH(batch, 1);
  wv_set(&batch, (wv_key){text, key_len}, text + key_len + 1, len - key_len - 1);
  wv_run(&batch);
  WV_RESULT("set");
}

WV_EXPORT(get) void get(const char *key, uint32_t len) { answer_value((wv_key){key, len}); }

WV_EXPORT(delete) void delete_key(const char *key, uint32_t len) {
  WV_BATCH(batch, 1);
  wv_delete(&batch, (wv_key){key, len});
  wv_run(&batch);
  WV_RESULT("deleted");
}

// Sets note_a and note_b in one batch, then a key that is not declared: all of a batch or nothing.
WV_EXPORT(set_beyond) void set_beyond(const char *value, uint32_t len) {
  WV_BATCH(batch, 3);
  wv_set(&batch, WV_KEY("note_a"), value, len);
  wv_set(&batch, WV_KEY("note_b"), value, len);
  wv_set(&batch, WV_KEY("secret"), value, len);
  wv_run(&batch);
  WV_RESULT("set");
}

// Its manifest grants no key at all: each of these is refused.
WV_EXPORT(undeclared_get) void undeclared_get(void) { answer_value(WV_KEY("note_a")); }

WV_EXPORT(undeclared_set) void undeclared_set(void) { set("note_a=x", 8); }

WV_EXPORT(undeclared_delete) void undeclared_delete(void) { delete_key("note_a", 6); }

WV_EXPORT(undeclared_lock) void undeclared_lock(void) {
  int32_t lock_id;
  WV_BATCH(batch, 1);
  wv_lock(&batch, WV_KEY("note_a"), &lock_id);
  wv_run(&batch);
  WV_RESULT("locked");
}

// Adds 1 to the number under note_count, under its lock: no call is lost when many run at once.
WV_EXPORT(increment) void increment(void) {
  wv_key key = WV_KEY("note_count");
  char text[WV_DECIMAL_MAX];
  int32_t lock_id, len;
  WV_BATCH(batch, 2);
  wv_lock(&batch, key, &lock_id);
  wv_get(&batch, key, &len);
  int32_t id = wv_run(&batch);
  if (len > WV_DECIMAL_MAX) WV_FAIL("note_count is not a number");
  if (len > 0) wv_values(id, &(wv_value){1, text}, 1);
  const char *at = text;
  int32_t count = len > 0 ? wv_read_decimal(&at, text + len) : 0;
  uint32_t text_len = wv_decimal(text, (uint64_t)count + 1);
  wv_set(&batch, key, text, text_len);
  wv_unlock(&batch, key, &lock_id);
  wv_run(&batch);
  wv_result(text, text_len);
}

// The unlock of the original's guest library: four integers instead of five. Answers "unlocked".
WV_EXPORT(short_unlock) void short_unlock(void) {
  static const char key[] = "note_lock";
  int32_t lock_id, id;
  WV_BATCH(batch, 1);
  wv_lock(&batch, WV_KEY("note_lock"), &lock_id);
  wv_run(&batch);
  int32_t ints[] = {2, 3, wv_address(key), sizeof(key) - 1, lock_id,
                    1, wv_address(key), sizeof(key) - 1, wv_address("1"), 1};
  wv_host_batch(ints, sizeof(ints) / sizeof(int32_t), &id);
  WV_RESULT("unlocked");
}

// Locks note_lock and traps: its end frees the lock.
WV_EXPORT(lock_and_trap) void lock_and_trap(void) {
  int32_t lock_id;
  WV_BATCH(batch, 1);
  wv_lock(&batch, WV_KEY("note_lock"), &lock_id);
  wv_run(&batch);
  __builtin_trap();
}

// Locks note_lock and never comes back: the deadline frees the lock.
WV_EXPORT(lock_and_spin) void lock_and_spin(void) {
  static volatile uint32_t sink;
  int32_t lock_id;
  WV_BATCH(batch, 1);
  wv_lock(&batch, WV_KEY("note_lock"), &lock_id);
  wv_run(&batch);
  for (;;) sink++;
}

// Locks the same key twice: nobody can free it, so the second waits until the deadline.
WV_EXPORT(lock_twice) void lock_twice(void) {
  int32_t lock_id;
  WV_BATCH(batch, 2);
  wv_lock(&batch, WV_KEY("note_lock"), &lock_id);
  wv_lock(&batch, WV_KEY("note_lock"), &lock_id);
  wv_run(&batch);
  WV_RESULT("locked");
}

// Unlocks what it never locked.
WV_EXPORT(unlock_only) void unlock_only(void) {
  int32_t lock_id = 12345;
  WV_BATCH(batch, 1);
  wv_unlock(&batch, WV_KEY("note_lock"), &lock_id);
  wv_run(&batch);
  WV_RESULT("unlocked");
}

// Sets note_big to a value of as many bytes as the payload says.
WV_EXPORT(set_big) void set_big(const char *text, uint32_t len) {
  const char *at = text;
  int32_t bytes = wv_read_decimal(&at, text + len);
  if (bytes < 0) WV_FAIL("expected a number of bytes");
  WV_BATCH(batch, 1);
  wv_set(&batch, WV_KEY("note_big"), wv_alloc((uint32_t)bytes), (uint32_t)bytes);
  wv_run(&batch);
  WV_RESULT("set");
}
