#include "counts.h"

static uint8_t *put_number(uint8_t *to, uint32_t number) {
  while (number > 127) {
    *to++ = (uint8_t)(number | 128);
    number >>= 7;
  }
  *to++ = (uint8_t)number;
  return to;
}

static uint8_t *put_letters(uint8_t *to, const uint8_t *letters, uint32_t len) {
  to = put_number(to, len);
  wv_copy(to, letters, len);
  return to + len;
}

static uint8_t *put_shorts(uint8_t *to, const tally *words) {
  for (uint32_t i = 0; i < words->short_slots; i++) {
    short_word word = words->shorts[i];
    if (!word.low) continue;
    uint32_t len = short_len(word);
    *to++ = (uint8_t)len;
    // Always 16 bytes: what is too much is overwritten by what follows.
    __builtin_memcpy(to, &word, sizeof(word));
    to = put_number(to + len, words->short_counts[i]);
  }
  return to;
}

uint32_t write_counts(uint8_t *to, slice_head head, const tally *words) {
  uint8_t *at = to;
  *at++ = (uint8_t)head.flags;
  at = put_letters(at, head.head, head.head_len);
  at = put_shorts(at, words);
  for (uint32_t i = 0; i < words->long_slots; i++) {
    const long_word *word = words->longs + i;
    if (word->text) at = put_number(put_letters(at, word->text, word->len), word->count);
  }
  return (uint32_t)(at - to);
}

static void refuse(void) { WV_FAIL("a value under wordcount_{run}-{i} is damaged"); }

static uint32_t get_number(counts_reader *value) {
  uint32_t number = 0;
  for (uint32_t shift = 0; shift < 35; shift += 7) {
    if (value->at == value->end) break;
    uint8_t byte = *value->at++;
    number |= (uint32_t)(byte & 127) << shift;
    if (byte < 128) return number;
  }
  refuse();
  return 0;
}

static const uint8_t *get_letters(counts_reader *value, uint32_t *len) {
  *len = get_number(value);
  if (*len > (uint32_t)(value->end - value->at)) refuse();
  const uint8_t *letters = value->at;
  value->at += *len;
  return letters;
}

slice_head read_head(counts_reader *value) {
  slice_head head = {0};
  if (value->at == value->end) refuse();
  head.flags = *value->at++;
  head.head = get_letters(value, &head.head_len);
  return head;
}

void read_words(counts_reader *value, tally *into) {
  while (value->at < value->end && !into->full) {
    uint32_t len;
    const uint8_t *letters = get_letters(value, &len);
    uint32_t count = get_number(value);
    if (len == 0 || count == 0) refuse();
    tally_add(into, letters, len, count);
  }
}
