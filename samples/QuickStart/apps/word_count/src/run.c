#include "run.h"

static uint32_t put(char *to, wv_key text) {
  wv_copy(to, text.text, text.len);
  return text.len;
}

static wv_key numbered(char *text, wv_key prefix, uint32_t run, uint32_t index) {
  uint32_t len = put(text, prefix);
  len += wv_decimal(text + len, run);
  text[len++] = '-';
  len += wv_decimal(text + len, index);
  return (wv_key){text, len};
}

#define SLICE_PREFIX WV_KEY("wordcount_slice_")

wv_key slice_key(char text[KEY_MAX], slice_name name) {
  wv_key key = numbered(text, SLICE_PREFIX, name.run, name.index);
  if (name.continues) key.len += put(text + key.len, WV_KEY("-c"));
  return key;
}

wv_key counts_key(char text[KEY_MAX], uint32_t run, uint32_t index) {
  return numbered(text, WV_KEY("wordcount_"), run, index);
}

slice_name read_slice_key(const char *key, uint32_t len) {
  const char *at = key + SLICE_PREFIX.len;
  const char *end = key + len;
  if (len > SLICE_PREFIX.len && wv_equal(key, SLICE_PREFIX.text, SLICE_PREFIX.len)) {
    int32_t run = wv_read_decimal(&at, end);
    int32_t index = at < end && *at++ == '-' ? wv_read_decimal(&at, end) : -1;
    uint32_t continues = end - at == 2 && at[0] == '-' && at[1] == 'c';
    if (run > 0 && index >= 0 && (continues || at == end)) {
      return (slice_name){(uint32_t)run, (uint32_t)index, continues};
    }
  }
  WV_FAIL("the key is not wordcount_slice_{run}-{index}");
}

run_record take_run(int32_t batch_id, int32_t op, int32_t len) {
  run_record record = {0};
  if (len < 0) return record;
  if (len != (int32_t)sizeof(record)) WV_FAIL("wordcount_run is not a run record");
  wv_values(batch_id, &(wv_value){op, &record}, 1);
  return record;
}

run_record read_run(void) {
  int32_t len;
  WV_BATCH(batch, 1);
  wv_get(&batch, RUN_KEY, &len);
  int32_t id = wv_run(&batch);
  return take_run(id, 0, len);
}
