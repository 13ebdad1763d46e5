// The value under wordcount_{run}-{i}: what one slice counted, in a compact form.
//
//   flags (1 byte), head length, head, then for each word: length, letters, count
//
// Numbers are varints. The head are the letters that the slice begins with, kept apart because
// they are part of a word that began in an earlier slice (CONTINUES) or that may go on in the next
// one (WHOLE: the slice is nothing but letters).
#ifndef COUNTS_H
#define COUNTS_H

#include "tally.h"

#define COUNTS_CONTINUES 1u
#define COUNTS_WHOLE 2u

typedef struct {
  uint32_t flags;
  const uint8_t *head;
  uint32_t head_len;
} slice_head;

typedef struct {
  const uint8_t *at;
  const uint8_t *end;
} counts_reader;

// Room that counts of a slice with this many bytes may take.
static inline uint32_t counts_bytes_max(uint32_t slice_bytes) {
  return slice_bytes + slice_bytes / 2 + 256;
}

// Writes the value, returns its length. `to` needs TEXT_SLACK bytes more than the value has.
uint32_t write_counts(uint8_t *to, slice_head head, const tally *words);

// Reading fails the invocation when the value is not one that write_counts makes.
slice_head read_head(counts_reader *value);
// Adds all words; TEXT_SLACK bytes behind the value must be readable.
void read_words(counts_reader *value, tally *into);

#endif
