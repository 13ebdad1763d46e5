#include "top.h"

// Whether `left` comes before `right` in the answer.
static int before(const top_word *left, const top_word *right) {
  if (left->count != right->count) return left->count > right->count;
  uint32_t both = left->len < right->len ? left->len : right->len;
  for (uint32_t i = 0; i < both; i++) {
    if (left->text[i] != right->text[i]) return left->text[i] < right->text[i];
  }
  return left->len < right->len;
}

// Moves the word at `at` down to where none below it comes after it.
static void sink(top_words *top, uint32_t at) {
  top_word word = top->words[at];
  for (;;) {
    uint32_t child = 2 * at + 1;
    if (child >= top->used) break;
    if (child + 1 < top->used && before(&top->words[child], &top->words[child + 1])) child++;
    if (!before(&word, &top->words[child])) break;
    top->words[at] = top->words[child];
    at = child;
  }
  top->words[at] = word;
}

static void rise(top_words *top, uint32_t at) {
  top_word word = top->words[at];
  while (at > 0 && before(&top->words[(at - 1) / 2], &word)) {
    top->words[at] = top->words[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  top->words[at] = word;
}

static void offer(top_words *top, top_word word) {
  if (top->used < top->wanted) {
    top->words[top->used++] = word;
    rise(top, top->used - 1);
  } else if (top->wanted > 0 && before(&word, &top->words[0])) {
    top->words[0] = word;
    sink(top, 0);
  }
}

void top_offer(top_words *top, const tally *words) {
  for (uint32_t i = 0; i < words->short_slots; i++) {
    const short_word *word = words->shorts + i;
    if (!word->low) continue;
    offer(top, (top_word){(const uint8_t *)word, short_len(*word), words->short_counts[i]});
  }
  for (uint32_t i = 0; i < words->long_slots; i++) {
    const long_word *word = words->longs + i;
    if (word->text) offer(top, (top_word){word->text, word->len, word->count});
  }
}

void top_sort(top_words *top) {
  uint32_t all = top->used;
  while (top->used > 1) {
    top_word last = top->words[0];
    top->words[0] = top->words[--top->used];
    sink(top, 0);
    top->words[top->used] = last;
  }
  top->used = all;
}
