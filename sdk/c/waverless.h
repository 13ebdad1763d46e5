// Waverless guest SDK for C, guest ABI 1 ("original").
//
// A guest is a freestanding wasm32 module: it exports `memory`, `allocate` (waverless.c) and one
// function for each function of its manifest; it imports the five host calls declared below.
// No libc is needed, so an instance that a request gets for itself costs next to nothing.
#ifndef WAVERLESS_H
#define WAVERLESS_H

#include <stdint.h>

// Exports a function under its manifest name: WV_EXPORT(fn2) void fn2(void) { ... }
#define WV_EXPORT(name) __attribute__((export_name(#name)))
#define WV_IMPORT(name) __attribute__((import_module("env"), import_name(#name)))

// ---- The host calls, as they are on the wire -----------------------------------------------
// Runs a batch: `ops` holds [count, op, op, ...] in `ops_ints` integers. Writes the batch's id.
WV_IMPORT(kv_batch_ope) void wv_host_batch(const int32_t *ops, int32_t ops_ints, int32_t *id);
// Copies values that the batch's GETs found: pairs (index of the op, destination).
WV_IMPORT(kv_batch_res) void wv_host_values(int32_t id, const int32_t *pairs, int32_t pair_ints);
// Opens a file of the app's files folder for reading. Writes a descriptor, or -1.
WV_IMPORT(open_file) void wv_host_open(const char *name, int32_t name_len, int32_t *fd);
// Reads at an offset. Writes how many bytes came: 0 at the end of the file, -1 when it failed.
WV_IMPORT(read_file_at)
void wv_host_read(int32_t fd, void *into, int32_t into_len, int32_t offset, int32_t *read);
// Makes these bytes the answer of this invocation. The last call wins.
WV_IMPORT(write_result) void wv_host_result(const void *bytes, int32_t len);

// ---- Memory --------------------------------------------------------------------------------
// Zeroed, 16-byte aligned, never freed: an instance lives for one invocation. Traps when refused.
void *wv_alloc(uint32_t bytes);
void *wv_alloc_unzeroed(uint32_t bytes);
// Everything allocated after a mark can be given back at once; it is not zeroed when used again.
void *wv_heap_mark(void);
void wv_heap_reset(void *mark);

static inline void wv_copy(void *to, const void *from, uint32_t bytes) {
  __builtin_memmove(to, from, bytes);
}

static inline int wv_equal(const char *left, const char *right, uint32_t len) {
  for (uint32_t i = 0; i < len; i++) {
    if (left[i] != right[i]) return 0;
  }
  return 1;
}

// ---- Text ----------------------------------------------------------------------------------
#define WV_DECIMAL_MAX 20

// Writes a number in decimal, returns how many characters (at most WV_DECIMAL_MAX).
static inline uint32_t wv_decimal(char *to, uint64_t value) {
  char reversed[WV_DECIMAL_MAX];
  uint32_t len = 0;
  do {
    reversed[len++] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  for (uint32_t i = 0; i < len; i++) to[i] = reversed[len - 1 - i];
  return len;
}

// Reads digits from *at up to end, moves *at behind them. Returns -1 without a digit or above
// INT32_MAX.
static inline int32_t wv_read_decimal(const char **at, const char *end) {
  const char *begin = *at;
  int64_t value = 0;
  while (*at < end && **at >= '0' && **at <= '9') {
    value = value * 10 + (*(*at)++ - '0');
    if (value > INT32_MAX) return -1;
  }
  return *at == begin ? -1 : (int32_t)value;
}

// ---- Results and failures ------------------------------------------------------------------
static inline void wv_result(const void *bytes, uint32_t len) {
  wv_host_result(bytes, (int32_t)len);
}

// Answers with a literal.
#define WV_RESULT(text) wv_result(text, sizeof(text) - 1)

// Ends the invocation as failed. The ABI has no error channel: the text is left as the result,
// then the guest traps.
#define WV_FAIL(text)   \
  do {                  \
    WV_RESULT(text);    \
    __builtin_trap();   \
  } while (0)

// ---- Keys and values -----------------------------------------------------------------------
// A batch runs its operations in order, in one commit; a LOCK ends that commit and begins another.
// Results (value lengths, lock ids) are written when the batch runs, so what they point at must
// live until then. One op takes at most five integers.
#define WV_OP_INTS 5
#define WV_BATCH(name, ops_max)                      \
  int32_t name##_ints[1 + (ops_max) * WV_OP_INTS];   \
  wv_batch name = {name##_ints, (ops_max), 0, 1}

typedef struct {
  int32_t *ints;     // [count, op, op, ...]
  uint32_t ops_max;  // more operations than this trap
  uint32_t ops;
  uint32_t used;     // integers
} wv_batch;

typedef struct {
  const char *text;
  uint32_t len;
} wv_key;

#define WV_KEY(literal) ((wv_key){literal, sizeof(literal) - 1})

static inline int32_t wv_address(const void *pointer) { return (int32_t)(uintptr_t)pointer; }

// Adds the part that every operation has; returns where its own arguments go.
static inline int32_t *wv_add(wv_batch *batch, int32_t code, wv_key key, uint32_t arguments) {
  if (batch->ops == batch->ops_max) __builtin_trap();
  int32_t *op = batch->ints + batch->used;
  op[0] = code;
  op[1] = wv_address(key.text);
  op[2] = (int32_t)key.len;
  batch->used += 3 + arguments;
  batch->ops++;
  return op + 3;
}

static inline void wv_set(wv_batch *batch, wv_key key, const void *value, uint32_t len) {
  int32_t *arguments = wv_add(batch, 1, key, 2);
  arguments[0] = wv_address(value);
  arguments[1] = (int32_t)len;
}

// The value's length, or -1 when the key is missing, is written to *len; wv_values copies it.
static inline void wv_get(wv_batch *batch, wv_key key, int32_t *len) {
  *wv_add(batch, 2, key, 1) = wv_address(len);
}

// Waits for the key's write lock. The invocation's end frees it too.
static inline void wv_lock(wv_batch *batch, wv_key key, int32_t *lock_id) {
  int32_t *arguments = wv_add(batch, 3, key, 2);
  arguments[0] = -1;
  arguments[1] = wv_address(lock_id);
}

static inline void wv_unlock(wv_batch *batch, wv_key key, int32_t *lock_id) {
  int32_t *arguments = wv_add(batch, 3, key, 2);
  arguments[0] = *lock_id;
  arguments[1] = wv_address(lock_id);
}

static inline void wv_delete(wv_batch *batch, wv_key key) { wv_add(batch, 4, key, 0); }

// Runs the batch and empties it; returns the id under which its values can be fetched.
static inline int32_t wv_run(wv_batch *batch) {
  int32_t id = -1;
  batch->ints[0] = (int32_t)batch->ops;
  wv_host_batch(batch->ints, (int32_t)batch->used, &id);
  batch->ops = 0;
  batch->used = 1;
  return id;
}

// One value that a GET of a batch found: `op` counts the batch's operations from 0.
typedef struct {
  int32_t op;
  void *into;
} wv_value;

static inline void wv_values(int32_t batch_id, const wv_value *values, uint32_t count) {
  _Static_assert(sizeof(wv_value) == 8, "a pair is two 32-bit integers");
  wv_host_values(batch_id, (const int32_t *)values, (int32_t)(count * 2));
}

#endif
