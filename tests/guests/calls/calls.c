// Makes any host call with any arguments, so that a test can try them all.
//
// The payload of a function named after an import are its arguments, as decimal numbers with
// spaces between. Besides plain (also negative) numbers there are `end`, the size of memory in
// bytes, and `free`, the address of a 4 KiB buffer; both take an offset: end-4, free+1.
#include "waverless.h"

#define ARGUMENTS_MAX 5
#define BUFFER_BYTES 4096

static char buffer[BUFFER_BYTES] __attribute__((aligned(16)));

typedef struct {
  const char *at;
  const char *end;
} reader;

static int take(reader *text, const char *word, uint32_t len) {
  if ((uint32_t)(text->end - text->at) < len || !wv_equal(text->at, word, len)) return 0;
  text->at += len;
  return 1;
}

static int64_t base(reader *text) {
  if (take(text, "end", 3)) return (int64_t)__builtin_wasm_memory_size(0) * 65536;
  if (take(text, "free", 4)) return (int64_t)(uintptr_t)buffer;
  return 0;
}

// Arithmetic wraps around like the addresses themselves.
static int32_t argument(reader *text) {
  while (take(text, " ", 1)) continue;
  uint32_t value = (uint32_t)base(text);
  int negative = take(text, "-", 1);
  if (!negative) take(text, "+", 1);
  uint32_t offset = 0;
  while (text->at < text->end && *text->at >= '0' && *text->at <= '9') {
    offset = offset * 10 + (uint32_t)(*text->at++ - '0');
  }
  return (int32_t)(negative ? value - offset : value + offset);
}

static void arguments(const char *text, uint32_t len, int32_t values[ARGUMENTS_MAX]) {
  reader input = {text, text + len};
  for (int i = 0; i < ARGUMENTS_MAX; i++) values[i] = argument(&input);
}

static void *pointer(int32_t address) { return (void *)(uintptr_t)(uint32_t)address; }

static void answer(int32_t value) {
  char text[WV_DECIMAL_MAX + 1];
  uint64_t magnitude = value < 0 ? -(int64_t)value : value;
  text[0] = '-';
  uint32_t len = wv_decimal(text + 1, magnitude);
  wv_result(value < 0 ? text : text + 1, value < 0 ? len + 1 : len);
}

WV_EXPORT(kv_batch_ope) void call_batch(const char *text, uint32_t len) {
  int32_t is[ARGUMENTS_MAX];
  arguments(text, len, is);
  wv_host_batch(pointer(is[0]), is[1], pointer(is[2]));
  WV_RESULT("returned");
}

WV_EXPORT(kv_batch_res) void call_values(const char *text, uint32_t len) {
  int32_t is[ARGUMENTS_MAX];
  arguments(text, len, is);
  wv_host_values(is[0], pointer(is[1]), is[2]);
  WV_RESULT("returned");
}

WV_EXPORT(open_file) void call_open(const char *text, uint32_t len) {
  int32_t is[ARGUMENTS_MAX];
  arguments(text, len, is);
  wv_host_open(pointer(is[0]), is[1], pointer(is[2]));
  WV_RESULT("returned");
}

WV_EXPORT(read_file_at) void call_read(const char *text, uint32_t len) {
  int32_t is[ARGUMENTS_MAX];
  arguments(text, len, is);
  wv_host_read(is[0], pointer(is[1]), is[2], is[3], pointer(is[4]));
  WV_RESULT("returned");
}

WV_EXPORT(write_result) void call_result(const char *text, uint32_t len) {
  int32_t is[ARGUMENTS_MAX];
  arguments(text, len, is);
  wv_host_result(pointer(is[0]), is[1]);
}

// The payload are the integers of a batch, little-endian: any bytes at all. Answers the batch's id.
WV_EXPORT(batch) void batch(const int32_t *ints, uint32_t len) {
  int32_t id = -1;
  wv_host_batch(ints, (int32_t)(len / 4), &id);
  answer(id);
}

// As `batch`, with the arguments as text: an integer of the batch each, up to 64 of them.
WV_EXPORT(batch_text) void batch_text(const char *text, uint32_t len) {
  int32_t ints[64], id = -1;
  reader input = {text, text + len};
  uint32_t count = 0;
  while (input.at < input.end && count < 64) ints[count++] = argument(&input);
  wv_host_batch(ints, (int32_t)count, &id);
  answer(id);
}

// Gets the missing key `calls_x`, then fetches values with these integers (little-endian) as pairs.
WV_EXPORT(values) void values(const int32_t *pairs, uint32_t len) {
  int32_t missing;
  WV_BATCH(gets, 1);
  wv_get(&gets, WV_KEY("calls_x"), &missing);
  int32_t id = wv_run(&gets);
  wv_host_values(id, pairs, (int32_t)(len / 4));
  answer(missing);
}

// Opens the file that the payload names; answers "opened" or "refused". For paths that climb out.
WV_EXPORT(open_named) void open_named(const char *name, uint32_t len) {
  int32_t fd = -1;
  wv_host_open(name, (int32_t)len, &fd);
  if (fd < 0) {
    WV_RESULT("refused");
  } else {
    WV_RESULT("opened");
  }
}

// Answers up to 4 KiB from the beginning of the file that the payload names.
WV_EXPORT(read_named) void read_named(const char *name, uint32_t len) {
  int32_t fd = -1, read = -1;
  wv_host_open(name, (int32_t)len, &fd);
  if (fd < 0) WV_FAIL("there is no such file");
  wv_host_read(fd, buffer, BUFFER_BYTES, 0, &read);
  if (read < 0) WV_FAIL("the file cannot be read");
  wv_result(buffer, (uint32_t)read);
}

// Opens the file that the payload names again and again; answers how often that went well, at
// most 100,000 times. Descriptors are bounded.
WV_EXPORT(open_many) void open_many(const char *name, uint32_t len) {
  int32_t opened = 0, fd = 0;
  while (opened < 100000) {
    wv_host_open(name, (int32_t)len, &fd);
    if (fd < 0) break;
    opened++;
  }
  answer(opened);
}
