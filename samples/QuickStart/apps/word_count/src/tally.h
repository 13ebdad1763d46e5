// How often each word occurs: two open-addressed tables, for words up to 16 letters, whose letters
// fit into one register, and for longer ones.
#ifndef TALLY_H
#define TALLY_H

#include "waverless.h"

#define SHORT_LETTERS 16u
// What tally_add and tally_count may read behind a text's end. Their buffers must have it.
#define TEXT_SLACK 96u

// Letters in memory order, zeros behind them; no letters: a free slot.
typedef struct {
  uint64_t low;
  uint64_t high;
} short_word;

typedef struct {
  const uint8_t *text;  // 0: a free slot
  uint32_t len;
  uint32_t hash;
  uint32_t count;
} long_word;

typedef struct {
  short_word *shorts;
  uint32_t *short_counts;
  uint32_t short_slots;  // a power of two, as long_slots
  uint32_t short_used;
  long_word *longs;
  uint32_t long_slots;
  uint32_t long_used;
  uint64_t long_letters;
  // A tally of too many words is made in parts: only words of part `part` of `parts` are taken.
  uint32_t parts;        // a power of two up to TALLY_PARTS_MAX
  uint32_t part;
  uint32_t full;         // 1: words were refused for want of room
} tally;

#define TALLY_PARTS_MAX 256u

// Room for words is bounded, so that adding up always fits into the function's memory limit.
#define TALLY_SHORT_SLOTS_MAX (2u << 20)
#define TALLY_LONG_SLOTS_MAX (512u * 1024)
#define TALLY_LONG_LETTERS_MAX (64u << 20)

void tally_begin(tally *words, uint32_t parts, uint32_t part);

// Counts the words of a text, and makes its long words lower case where they stand: the tally
// points at them.
void tally_count(tally *words, uint8_t *text, uint32_t len);

// Adds a lower-case word that was counted elsewhere; a new long word is copied.
void tally_add(tally *words, const uint8_t *text, uint32_t len, uint32_t count);

static inline uint32_t short_len(short_word word) {
  return word.high ? 16 - (uint32_t)__builtin_clzll(word.high) / 8
                   : 8 - (uint32_t)__builtin_clzll(word.low) / 8;
}

#endif
