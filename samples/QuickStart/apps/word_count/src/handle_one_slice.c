// handle_one_slice: counts the words of one slice; its counts replace the slice in one commit.
#include "counts.h"
#include "run.h"
#include "text.h"

// The letters that belong to a word of other slices too; they become lower case.
static slice_head take_head(uint8_t *text, uint32_t len, uint32_t continues) {
  slice_head head = {.flags = continues ? COUNTS_CONTINUES : 0, .head = text};
  uint32_t letters = 0;
  while (letters < len && is_letter(text[letters])) letters++;
  // Only a slice of full size can have been cut inside a word.
  if (letters == SLICE_BYTES) head.flags |= COUNTS_WHOLE;
  if (!head.flags) return head;
  for (uint32_t i = 0; i < letters; i++) text[i] |= 0x20;
  head.head_len = letters;
  return head;
}

static void drop(wv_key slice, wv_key counts) {
  WV_BATCH(batch, 2);
  wv_delete(&batch, slice);
  wv_delete(&batch, counts);
  wv_run(&batch);
}

static void count(wv_key slice, wv_key counts, uint8_t *text, uint32_t len, uint32_t continues) {
  tally words;
  WV_BATCH(batch, 2);
  slice_head head = take_head(text, len, continues);
  tally_begin(&words, 1, 0);
  tally_count(&words, text + head.head_len, len - head.head_len);
  uint8_t *value = wv_alloc(counts_bytes_max(len) + TEXT_SLACK);
  uint32_t value_len = write_counts(value, head, &words);
  wv_set(&batch, counts, value, value_len);
  wv_delete(&batch, slice);
  wv_run(&batch);
}

// Delivered twice, it finds the slice gone, or counts the same again. Once a newer run has begun
// it leaves nothing behind: not the slice, and not counts that nobody would ever delete.
WV_EXPORT(handle_one_slice) void handle_one_slice(const char *key, uint32_t key_len) {
  char counts_text[KEY_MAX];
  slice_name name = read_slice_key(key, key_len);
  wv_key slice = {key, key_len};
  wv_key counts = counts_key(counts_text, name.run, name.index);
  int32_t run_len, slice_len;
  WV_BATCH(batch, 2);
  wv_get(&batch, RUN_KEY, &run_len);
  wv_get(&batch, slice, &slice_len);
  int32_t id = wv_run(&batch);
  run_record current;
  if (run_len != (int32_t)sizeof(current)) WV_FAIL("wordcount_run is not a run record");
  if (slice_len > (int32_t)SLICE_BYTES) WV_FAIL("a slice is larger than split_file makes them");
  uint8_t *text = slice_len < 0 ? 0 : wv_alloc((uint32_t)slice_len + TEXT_SLACK);
  wv_values(id, (wv_value[]){{0, &current}, {1, text}}, slice_len < 0 ? 1 : 2);
  if (current.run != name.run) {
    drop(slice, counts);
  } else if (slice_len >= 0) {
    count(slice, counts, text, (uint32_t)slice_len, name.continues);
    // A run that began just now may have deleted the old counts before these were set.
    if (read_run().run != name.run) drop(slice, counts);
  }
}
