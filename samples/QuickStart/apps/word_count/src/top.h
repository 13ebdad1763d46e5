// The most frequent words: a bounded heap with the least wanted word on top.
#ifndef TOP_H
#define TOP_H

#include "tally.h"

#define TOP_DEFAULT 20u
#define TOP_MAX 1000u

typedef struct {
  const uint8_t *text;
  uint32_t len;
  uint32_t count;
} top_word;

typedef struct {
  top_word words[TOP_MAX];
  uint32_t used;
  uint32_t wanted;
} top_words;

// Offers all words of a tally.
void top_offer(top_words *top, const tally *words);
// By count descending, then by word. The heap is none any more.
void top_sort(top_words *top);

#endif
