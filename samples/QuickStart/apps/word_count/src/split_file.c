// split_file: cuts a text at word boundaries into slices; each slice that is set is an event.
#include "run.h"
#include "text.h"

// Keys deleted by one batch at most.
#define DELETES_MAX 64
// The file is read in steps of this size; it holds several slices, so few bytes are moved.
#define WINDOW_BYTES (8 * SLICE_BYTES)

typedef struct {
  run_record record;
  int32_t lock_id;
  uint32_t continues;  // 1: the slice before ended inside a word
  uint64_t bytes;
} splitter;

// A new run begins: from this commit on, no slice of an older run counts any more. The lock is
// held until the text is split, so that calls replace one another's results one at a time.
static void delete_old_counts(splitter *split) {
  static char texts[DELETES_MAX][KEY_MAX];
  WV_BATCH(batch, DELETES_MAX);
  for (uint32_t i = 0; i < split->record.old_slices; i++) {
    wv_delete(&batch, counts_key(texts[batch.ops], split->record.old_run, i));
    if (batch.ops == DELETES_MAX) wv_run(&batch);
  }
  if (batch.ops > 0) wv_run(&batch);
  split->record.old_run = 0;
  split->record.old_slices = 0;
}

static void begin_run(splitter *split) {
  int32_t len;
  WV_BATCH(batch, 2);
  wv_lock(&batch, RUN_KEY, &split->lock_id);
  wv_get(&batch, RUN_KEY, &len);
  int32_t id = wv_run(&batch);
  split->record = take_run(id, 1, len);
  // An interrupted call may have left counts behind that it did not come round to deleting.
  delete_old_counts(split);
  run_record next = {.run = split->record.run + 1,
                     .old_run = split->record.run,
                     .old_slices = split->record.slices};
  split->record = next;
  wv_set(&batch, RUN_KEY, &split->record, sizeof(run_record));
  wv_run(&batch);
  delete_old_counts(split);
}

static void end_run(splitter *split) {
  WV_BATCH(batch, 2);
  split->record.complete = 1;
  wv_set(&batch, RUN_KEY, &split->record, sizeof(run_record));
  wv_unlock(&batch, RUN_KEY, &split->lock_id);
  wv_run(&batch);
}

// One slice, and that it exists, in one commit: the next run knows what this one left behind.
static void set_slice(splitter *split, const uint8_t *text, uint32_t len) {
  char key[KEY_MAX];
  slice_name name = {split->record.run, split->record.slices, split->continues};
  WV_BATCH(batch, 2);
  split->record.slices++;
  wv_set(&batch, slice_key(key, name), text, len);
  wv_set(&batch, RUN_KEY, &split->record, sizeof(run_record));
  wv_run(&batch);
  split->bytes += len;
}

// Where to cut a full slice: behind its last separator. A slice without one is part of a word that
// is longer than a slice; it is cut where it ends, and the next slice says that it goes on.
static uint32_t cut(const uint8_t *text) {
  uint32_t len = SLICE_BYTES;
  while (len > 0 && is_letter(text[len - 1])) len--;
  return len > 0 ? len : SLICE_BYTES;
}

// Sets all slices that are certain, returns how many bytes they took. At the end of the text the
// last one may be short.
static uint32_t split_text(splitter *split, const uint8_t *text, uint32_t len, int at_end) {
  uint32_t done = 0;
  // One byte more than a slice, to see whether a word goes on behind it.
  while (len - done > SLICE_BYTES) {
    uint32_t part = cut(text + done);
    set_slice(split, text + done, part);
    done += part;
    split->continues = is_letter(text[done - 1]) && is_letter(text[done]);
  }
  if (at_end && len > done) {
    set_slice(split, text + done, len - done);
    done = len;
  }
  return done;
}

static uint32_t read_window(int32_t fd, uint8_t *into, uint32_t room, uint64_t offset) {
  int32_t read = -1;
  if (offset + room > INT32_MAX) WV_FAIL("files/random_words.txt is above 2 GiB");
  wv_host_read(fd, into, (int32_t)room, (int32_t)offset, &read);
  if (read < 0 || (uint32_t)read > room) WV_FAIL("files/random_words.txt cannot be read");
  return (uint32_t)read;
}

static void split_stored_file(splitter *split) {
  static const char name[] = "random_words.txt";
  int32_t fd = -1;
  wv_host_open(name, sizeof(name) - 1, &fd);
  if (fd < 0) WV_FAIL("files/random_words.txt is missing");
  begin_run(split);
  uint8_t *window = wv_alloc(WINDOW_BYTES);
  uint32_t filled = 0;
  for (uint32_t read = 1; read > 0;) {
    read = read_window(fd, window + filled, WINDOW_BYTES - filled, split->bytes + filled);
    filled += read;
    uint32_t taken = split_text(split, window, filled, read == 0);
    filled -= taken;
    wv_copy(window, window + taken, filled);
  }
}

static void answer(const splitter *split) {
  char text[128];
  uint32_t len = 0;
  len = put_text(text, len, "{\"run\":");
  len += wv_decimal(text + len, split->record.run);
  len = put_text(text, len, ",\"slices\":");
  len += wv_decimal(text + len, split->record.slices);
  len = put_text(text, len, ",\"bytes\":");
  len += wv_decimal(text + len, split->bytes);
  text[len++] = '}';
  wv_result(text, len);
}

// A POST passes its body, which may be empty but has an address. A GET passes its query, which the
// platform strips of its own parameters: without a query there is no payload and no address.
WV_EXPORT(split_file) void split_file(const uint8_t *body, uint32_t len) {
  splitter split = {0};
  if (body) {
    begin_run(&split);
    split_text(&split, body, len, 1);
  } else {
    split_stored_file(&split);
  }
  end_run(&split);
  answer(&split);
}
