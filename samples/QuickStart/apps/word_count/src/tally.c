#include "tally.h"

#include <wasm_simd128.h>

#include "text.h"

#define SHORT_SLOTS_MIN 16384u
#define LONG_SLOTS_MIN 256u

static inline uint64_t mix(uint64_t low, uint64_t high) {
  return low * 0x9E3779B97F4A7C15u + high * 0xD6E8FEB86659FD93u;
}

// The upper bits are the mixed ones; different ones choose the slot and the part.
static inline uint32_t slot_of(uint64_t hash) { return (uint32_t)(hash >> 40); }
static inline int wanted(const tally *words, uint64_t hash) {
  return ((hash >> 32) & (words->parts - 1)) == words->part;
}

void tally_begin(tally *words, uint32_t parts, uint32_t part) {
  *words = (tally){.short_slots = SHORT_SLOTS_MIN, .parts = parts, .part = part};
  words->shorts = wv_alloc(SHORT_SLOTS_MIN * sizeof(short_word));
  words->short_counts = wv_alloc(SHORT_SLOTS_MIN * sizeof(uint32_t));
}

// ---- Short words ---------------------------------------------------------------------------
// Where the table is; a copy of it stays in registers while a text is counted.
typedef struct {
  short_word *words;
  uint32_t *counts;
  uint32_t mask;
} short_table;

static inline short_table table_of(const tally *words) {
  return (short_table){words->shorts, words->short_counts, words->short_slots - 1};
}

static inline int same(short_word left, short_word right) {
  return ((left.low ^ right.low) | (left.high ^ right.high)) == 0;
}

// Finds a word's slot, or the free one where it belongs; says which.
static inline uint32_t short_slot(short_table table, short_word word, uint64_t hash, int *known) {
  uint32_t slot = slot_of(hash) & table.mask;
  for (;; slot = (slot + 1) & table.mask) {
    short_word found = table.words[slot];
    *known = same(found, word);
    if (*known || found.low == 0) return slot;
  }
}

static void put_short(tally *words, short_word word, uint64_t hash, uint32_t count) {
  int known;
  uint32_t slot = short_slot(table_of(words), word, hash, &known);
  words->shorts[slot] = word;
  words->short_counts[slot] = count;
}

// At most five eighths full: chains stay short. Returns 0 when the bound is reached.
static int grow_shorts(tally *words) {
  tally old = *words;
  if (old.short_slots == TALLY_SHORT_SLOTS_MAX) return 0;
  words->short_slots = old.short_slots * 2;
  words->shorts = wv_alloc(words->short_slots * sizeof(short_word));
  words->short_counts = wv_alloc(words->short_slots * sizeof(uint32_t));
  for (uint32_t i = 0; i < old.short_slots; i++) {
    short_word word = old.shorts[i];
    if (!word.low) continue;
    put_short(words, word, mix(word.low, word.high), old.short_counts[i]);
  }
  return 1;
}

static __attribute__((noinline)) void new_short(tally *words, short_word word, uint64_t hash,
                                                uint32_t count) {
  if (words->short_used >= words->short_slots / 8 * 5 && !grow_shorts(words)) {
    words->full = 1;
    return;
  }
  put_short(words, word, hash, count);
  words->short_used++;
}

static inline short_word short_of(v128_t letters) {
  return (short_word){(uint64_t)wasm_i64x2_extract_lane(letters, 0),
                      (uint64_t)wasm_i64x2_extract_lane(letters, 1)};
}

static inline void add_short(tally *words, short_table *table, short_word word, uint64_t hash,
                             uint32_t count) {
  int known;
  uint32_t slot = short_slot(*table, word, hash, &known);
  if (known) {
    table->counts[slot] += count;
  } else {
    new_short(words, word, hash, count);
    *table = table_of(words);
  }
}

// The first `len` bytes of 16.
static inline v128_t first(v128_t bytes, uint32_t len) {
  static const uint8_t keep[2 * SHORT_LETTERS] = {
      255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  return wasm_v128_and(bytes, wasm_v128_load(keep + SHORT_LETTERS - len));
}

// ---- Long words ----------------------------------------------------------------------------
static uint64_t hash_long(const uint8_t *text, uint32_t len) {
  uint64_t hash = len;
  uint32_t at = 0;
  for (; at + 8 <= len; at += 8) {
    uint64_t eight;
    __builtin_memcpy(&eight, text + at, 8);
    hash = mix(hash, eight);
  }
  uint64_t rest = 0;
  for (; at < len; at++) rest = rest << 8 | text[at];
  return mix(hash, rest);
}

static long_word *long_slot(const tally *words, const uint8_t *text, uint32_t len, uint64_t hash) {
  uint32_t mask = words->long_slots - 1;
  uint32_t slot = slot_of(hash) & mask;
  for (;;) {
    long_word *found = words->longs + slot;
    if (!found->text) return found;
    if (found->hash == (uint32_t)hash && found->len == len &&
        wv_equal((const char *)found->text, (const char *)text, len)) {
      return found;
    }
    slot = (slot + 1) & mask;
  }
}

static int grow_longs(tally *words) {
  tally old = *words;
  if (old.long_slots == TALLY_LONG_SLOTS_MAX) return 0;
  words->long_slots = old.long_slots ? old.long_slots * 2 : LONG_SLOTS_MIN;
  words->longs = wv_alloc(words->long_slots * sizeof(long_word));
  for (uint32_t i = 0; i < old.long_slots; i++) {
    const long_word *word = old.longs + i;
    if (!word->text) continue;
    *long_slot(words, word->text, word->len, hash_long(word->text, word->len)) = *word;
  }
  return 1;
}

static int make_room_for_long(tally *words, uint32_t len) {
  if (words->long_used > 0 && words->long_letters + len > TALLY_LONG_LETTERS_MAX) return 0;
  return words->long_used < words->long_slots / 8 * 5 || grow_longs(words);
}

static void add_long(tally *words, const uint8_t *text, uint32_t len, uint32_t count, int copy) {
  uint64_t hash = hash_long(text, len);
  if (!wanted(words, hash)) return;
  if (words->long_slots) {
    long_word *known = long_slot(words, text, len, hash);
    if (known->text) {
      known->count += count;
      return;
    }
  }
  if (!make_room_for_long(words, len)) {
    words->full = 1;
    return;
  }
  if (copy) {
    uint8_t *kept = wv_alloc(len);
    wv_copy(kept, text, len);
    text = kept;
  }
  *long_slot(words, text, len, hash) = (long_word){text, len, (uint32_t)hash, count};
  words->long_used++;
  words->long_letters += len;
}

static uint32_t lower_long(uint8_t *text, uint32_t len) {
  uint32_t at = 0;
  for (; at < len && is_letter(text[at]); at++) text[at] |= 0x20;
  return at;
}

// ---- Texts ---------------------------------------------------------------------------------
static inline v128_t lower_16(const uint8_t *text) {
  return wasm_v128_or(wasm_v128_load(text), wasm_i8x16_splat(0x20));
}

// One bit for each byte: set for letters.
static inline uint64_t letters_of_16(const uint8_t *text) {
  v128_t from_a = wasm_i8x16_sub(lower_16(text), wasm_i8x16_splat('a'));
  return wasm_i8x16_bitmask(wasm_u8x16_lt(from_a, wasm_i8x16_splat(26)));
}

static inline uint64_t letters_of_64(const uint8_t *text) {
  return letters_of_16(text) | letters_of_16(text + 16) << 16 | letters_of_16(text + 32) << 32 |
         letters_of_16(text + 48) << 48;
}

static uint32_t count_long(tally *words, uint8_t *text, uint32_t len) {
  uint32_t letters = lower_long(text, len);
  add_long(words, text, letters, 1, 0);
  return letters;
}

// Counts the words that end in the 64 bytes at `at`; returns where to go on.
static inline uint32_t count_block(tally *words, short_table *table, uint8_t *text, uint32_t at,
                                   uint32_t len) {
  uint64_t letters = letters_of_64(text + at);
  while (letters) {
    uint32_t begin = (uint32_t)__builtin_ctzll(letters);
    uint64_t others = ~(letters | ((1ull << begin) - 1));
    uint32_t end = others ? (uint32_t)__builtin_ctzll(others) : 64;
    if (end == 64 && begin > 0) return at + begin;
    if (end - begin > SHORT_LETTERS) {
      end = begin + count_long(words, text + at + begin, len - at - begin);
      if (end >= 64) return at + end;
    } else {
      short_word word = short_of(first(lower_16(text + at + begin), end - begin));
      add_short(words, table, word, mix(word.low, word.high), 1);
    }
    letters &= ~0ull << end;
  }
  return at + 64;
}

void tally_count(tally *words, uint8_t *text, uint32_t len) {
  // Whatever stands behind the text must not prolong its last word.
  __builtin_memset(text + len, 0, TEXT_SLACK);
  short_table table = table_of(words);
  for (uint32_t at = 0; at < len;) at = count_block(words, &table, text, at, len);
}

void tally_add(tally *words, const uint8_t *text, uint32_t len, uint32_t count) {
  if (len <= SHORT_LETTERS) {
    short_word word = short_of(first(wasm_v128_load(text), len));
    uint64_t hash = mix(word.low, word.high);
    short_table table = table_of(words);
    if (wanted(words, hash)) add_short(words, &table, word, hash, count);
  } else {
    add_long(words, text, len, count, 1);
  }
}
