// A chain of functions: each set of chain_count starts the next chain_loop.
#include "waverless.h"

#define CHAIN_LENGTH 100
#define COUNT_TEXT_MAX 11

static const char key_text[] = "chain_count";
#define CHAIN_COUNT ((wv_key){key_text, sizeof(key_text) - 1})

static void write_count(int32_t count) {
  char text[WV_DECIMAL_MAX];
  WV_BATCH(batch, 1);
  wv_set(&batch, CHAIN_COUNT, text, wv_decimal(text, (uint64_t)count));
  wv_run(&batch);
}

// Reads the counter's text; returns its length, -1 when there is none.
static int32_t read_text(char text[COUNT_TEXT_MAX]) {
  int32_t len;
  WV_BATCH(batch, 1);
  wv_get(&batch, CHAIN_COUNT, &len);
  int32_t id = wv_run(&batch);
  if (len > COUNT_TEXT_MAX) WV_FAIL("chain_count is not a number");
  if (len > 0) wv_values(id, &(wv_value){0, text}, 1);
  return len;
}

static int32_t read_count(void) {
  char text[COUNT_TEXT_MAX];
  int32_t len = read_text(text);
  const char *at = text;
  int32_t count = len > 0 ? wv_read_decimal(&at, text + len) : -1;
  if (count < 0 || at != text + len) WV_FAIL("chain_count is not a number");
  return count;
}

WV_EXPORT(chain_begin) void chain_begin(void) {
  write_count(1);
  WV_RESULT("1");
}

// Starts with the key that was set. Delivered twice, it may count one step more than its own, but
// never beyond the end: whatever is repeated, the chain ends at exactly CHAIN_LENGTH.
WV_EXPORT(chain_loop) void chain_loop(const char *key, uint32_t key_len) {
  if (key_len != CHAIN_COUNT.len || !wv_equal(key, key_text, key_len)) {
    WV_FAIL("chain_loop was started by another key than chain_count");
  }
  int32_t count = read_count();
  if (count < CHAIN_LENGTH) write_count(count + 1);
}

// Answers how far the chain has come; "0" before it ever began.
WV_EXPORT(chain_state) void chain_state(void) {
  char text[COUNT_TEXT_MAX];
  int32_t len = read_text(text);
  if (len < 0) {
    WV_RESULT("0");
  } else {
    wv_result(text, (uint32_t)len);
  }
}
