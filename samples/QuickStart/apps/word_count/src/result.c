// result: adds up what the slices of the current run counted.
#include "counts.h"
#include "run.h"
#include "text.h"
#include "top.h"

// A newer run may begin while an older one is added up; then it is added up instead.
#define ATTEMPTS_MAX 3
#define ENTRY_CHARACTERS 40  // {"word":"","count":4294967295},

typedef struct {
  uint64_t words;
  uint64_t distinct;
  uint32_t complete;
} totals;

// A word that is longer than a slice, put together again.
typedef struct {
  uint8_t *text;
  uint32_t len;
  uint32_t room;
} open_word;

static top_words top;

static void open_append(open_word *word, const uint8_t *letters, uint32_t len) {
  uint32_t needed = word->len + len + TEXT_SLACK;
  if (needed > word->room) {
    uint32_t room = needed > 2 * word->room ? needed : 2 * word->room;
    uint8_t *text = wv_alloc(room);
    wv_copy(text, word->text, word->len);
    word->text = text;
    word->room = room;
  }
  wv_copy(word->text + word->len, letters, len);
  word->len += len;
}

static void open_close(open_word *word, tally *words) {
  if (word->len > 0) tally_add(words, word->text, word->len, 1);
  word->len = 0;
}

static int32_t read_counts(uint32_t run, uint32_t index, uint8_t *into) {
  char key[KEY_MAX];
  int32_t len;
  WV_BATCH(batch, 1);
  wv_get(&batch, counts_key(key, run, index), &len);
  int32_t id = wv_run(&batch);
  if (len > (int32_t)counts_bytes_max(SLICE_BYTES)) WV_FAIL("counts are larger than a slice's");
  if (len > 0) wv_values(id, &(wv_value){0, into}, 1);
  return len;
}

// Adds the words of one part; returns how many slices were counted already.
static uint32_t add_part(const run_record *run, tally *words) {
  uint32_t counted = 0;
  open_word open = {0};
  uint8_t *value = wv_alloc(counts_bytes_max(SLICE_BYTES) + TEXT_SLACK);
  for (uint32_t i = 0; i < run->slices && !words->full; i++) {
    int32_t len = read_counts(run->run, i, value);
    if (len < 0) continue;
    counted++;
    counts_reader reader = {value, value + len};
    slice_head head = read_head(&reader);
    if (!(head.flags & COUNTS_CONTINUES)) open_close(&open, words);
    if (head.head_len > 0) open_append(&open, head.head, head.head_len);
    if (!(head.flags & COUNTS_WHOLE)) open_close(&open, words);
    read_words(&reader, words);
  }
  open_close(&open, words);
  return counted;
}

static void add_totals(const tally *words, totals *sum) {
  for (uint32_t i = 0; i < words->short_slots; i++) sum->words += words->short_counts[i];
  for (uint32_t i = 0; i < words->long_slots; i++) sum->words += words->longs[i].count;
  sum->distinct += words->short_used + words->long_used;
}

// The memory of a part is used again by the next: moves the found words down to where it began.
static void keep_top(void *mark) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < top.used; i++) bytes += top.words[i].len;
  if (bytes > INT32_MAX) WV_FAIL("the most frequent words are above 2 GiB");
  uint8_t *copies = wv_alloc((uint32_t)bytes);
  uint32_t at = 0;
  for (uint32_t i = 0; i < top.used; i++) {
    wv_copy(copies + at, top.words[i].text, top.words[i].len);
    top.words[i].text = (const uint8_t *)mark + at;
    at += top.words[i].len;
  }
  wv_heap_reset(mark);
  uint8_t *kept = wv_alloc_unzeroed(at);
  wv_copy(kept, copies, at);
}

// Adds up the run in `parts` parts. Returns 0 when one of them does not fit into memory.
static int add_up(const run_record *run, uint32_t parts, totals *sum) {
  void *mark = wv_heap_mark();
  *sum = (totals){.complete = run->complete};
  top.used = 0;
  for (uint32_t part = 0; part < parts; part++) {
    tally words;
    tally_begin(&words, parts, part);
    if (add_part(run, &words) < run->slices) sum->complete = 0;
    if (words.full) return 0;
    add_totals(&words, sum);
    top_offer(&top, &words);
    if (parts > 1) keep_top(mark);
  }
  return 1;
}

static totals add_up_in_memory(const run_record *run) {
  totals sum;
  void *mark = wv_heap_mark();
  for (uint32_t parts = 1; parts <= TALLY_PARTS_MAX; parts *= 4) {
    if (add_up(run, parts, &sum)) return sum;
    wv_heap_reset(mark);
  }
  WV_FAIL("too many different words");
}

static void answer(const totals *sum) {
  uint64_t room = 128;
  for (uint32_t i = 0; i < top.used; i++) room += ENTRY_CHARACTERS + top.words[i].len;
  if (room > INT32_MAX) WV_FAIL("the answer is above 2 GiB");
  char *text = wv_alloc((uint32_t)room);
  uint32_t len = put_text(text, 0, "{\"words\":");
  len += wv_decimal(text + len, sum->words);
  len = put_text(text, len, ",\"distinct\":");
  len += wv_decimal(text + len, sum->distinct);
  len = put_text(text, len, ",\"top\":[");
  for (uint32_t i = 0; i < top.used; i++) {
    len = put_text(text, len, i == 0 ? "{\"word\":\"" : ",{\"word\":\"");
    wv_copy(text + len, top.words[i].text, top.words[i].len);
    len = put_text(text, len + top.words[i].len, "\",\"count\":");
    len += wv_decimal(text + len, top.words[i].count);
    text[len++] = '}';
  }
  text[len++] = ']';
  // Only said when it is not so: some slices are not counted yet, or the text is not split yet.
  if (!sum->complete) len = put_text(text, len, ",\"complete\":false");
  text[len++] = '}';
  wv_result(text, len);
}

// top=N of the query; what is not a number is as good as absent.
static uint32_t read_top(const char *query, uint32_t len) {
  const char *end = query + len;
  for (const char *at = query; end - at >= 5; at++) {
    if ((at != query && at[-1] != '&') || !wv_equal(at, "top=", 4)) continue;
    at += 4;
    int32_t top_count = wv_read_decimal(&at, end);
    if (top_count < 0 || (at != end && *at != '&')) break;
    return top_count > (int32_t)TOP_MAX ? TOP_MAX : (uint32_t)top_count;
  }
  return TOP_DEFAULT;
}

WV_EXPORT(result) void result(const char *query, uint32_t query_len) {
  top.wanted = query ? read_top(query, query_len) : TOP_DEFAULT;
  run_record run = read_run();
  totals sum = {.complete = 1};
  void *mark = wv_heap_mark();
  for (int attempt = 0; run.run > 0 && attempt < ATTEMPTS_MAX; attempt++) {
    wv_heap_reset(mark);
    sum = add_up_in_memory(&run);
    run_record now = read_run();
    if (now.run == run.run) break;
    sum.complete = 0;
    run = now;
  }
  top_sort(&top);
  answer(&sum);
}
