#include "tally.h"

#include <wasm_simd128.h>

#include "text.h"

#define SHORT_SLOTS_MIN 8192u
#define LONG_SLOTS_MIN 256u

static uint64_t mix(uint64_t low, uint64_t high) {
  uint64_t hash = low * 0x9E3779B97F4A7C15u;
  hash = (hash ^ (hash >> 32) ^ high) * 0xD6E8FEB86659FD93u;
  return hash ^ (hash >> 32);
}

// Different bits choose the slot and the part.
static uint32_t slot_of(uint64_t hash) { return (uint32_t)(hash >> 8) & 0x7FFFFFFF; }
static int wanted(const tally *words, uint64_t hash) {
  return (hash & (words->parts - 1)) == words->part;
}

void tally_begin(tally *words, uint32_t parts, uint32_t part) {
  *words = (tally){.short_slots = SHORT_SLOTS_MIN, .parts = parts, .part = part};
  words->shorts = wv_alloc(SHORT_SLOTS_MIN * sizeof(short_word));
  words->short_counts = wv_alloc(SHORT_SLOTS_MIN * sizeof(uint32_t));
}

// ---- Short words ---------------------------------------------------------------------------
static uint32_t short_slot(const tally *words, short_word word, uint64_t hash) {
  uint32_t mask = words->short_slots - 1;
  uint32_t slot = slot_of(hash) & mask;
  for (;;) {
    short_word found = words->shorts[slot];
    if (((found.low ^ word.low) | (found.high ^ word.high)) == 0 || found.low == 0) return slot;
    slot = (slot + 1) & mask;
  }
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
    uint32_t slot = short_slot(words, word, mix(word.low, word.high));
    words->shorts[slot] = word;
    words->short_counts[slot] = old.short_counts[i];
  }
  return 1;
}

static __attribute__((noinline)) void new_short(tally *words, short_word word, uint64_t hash,
                                                uint32_t count) {
  if (words->short_used >= words->short_slots / 8 * 5 && !grow_shorts(words)) {
    words->full = 1;
    return;
  }
  uint32_t slot = short_slot(words, word, hash);
  words->shorts[slot] = word;
  words->short_counts[slot] = count;
  words->short_used++;
}

static inline void add_short(tally *words, v128_t letters, uint32_t count) {
  short_word word = {(uint64_t)wasm_i64x2_extract_lane(letters, 0),
                     (uint64_t)wasm_i64x2_extract_lane(letters, 1)};
  uint64_t hash = mix(word.low, word.high);
  if (!wanted(words, hash)) return;
  uint32_t slot = short_slot(words, word, hash);
  if (words->shorts[slot].low) {
    words->short_counts[slot] += count;
  } else {
    new_short(words, word, hash, count);
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
void tally_count(tally *words, uint8_t *text, uint32_t len) {
  // Whatever stands behind the text must not prolong its last word.
  wasm_v128_store(text + len, wasm_i8x16_splat(0));
  wasm_v128_store(text + len + 16, wasm_i8x16_splat(0));
  uint32_t at = 0;
  while (at < len) {
    v128_t lower = wasm_v128_or(wasm_v128_load(text + at), wasm_i8x16_splat(0x20));
    v128_t is = wasm_u8x16_lt(wasm_i8x16_sub(lower, wasm_i8x16_splat('a')), wasm_i8x16_splat(26));
    uint32_t letters = wasm_i8x16_bitmask(is);
    if (!(letters & 1)) {
      at += (uint32_t)__builtin_ctz(letters | 0x10000);
      continue;
    }
    uint32_t word_len = (uint32_t)__builtin_ctz(~letters);
    if (word_len < SHORT_LETTERS || !is_letter(text[at + SHORT_LETTERS])) {
      add_short(words, first(lower, word_len), 1);
    } else {
      word_len = lower_long(text + at, len - at);
      add_long(words, text + at, word_len, 1, 0);
    }
    at += word_len + 1;  // What follows a word is a separator.
  }
}

void tally_add(tally *words, const uint8_t *text, uint32_t len, uint32_t count) {
  if (len <= SHORT_LETTERS) {
    add_short(words, first(wasm_v128_load(text), len), count);
  } else {
    add_long(words, text, len, count, 1);
  }
}
