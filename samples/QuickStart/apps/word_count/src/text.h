// Letters, and small texts put together.
#ifndef TEXT_H
#define TEXT_H

#include "waverless.h"

static inline int is_letter(uint8_t byte) {
  return (uint8_t)((byte | 0x20) - 'a') < 26;
}

// Appends a zero-terminated text, returns the new length.
static inline uint32_t put_text(char *to, uint32_t len, const char *text) {
  while (*text) to[len++] = *text++;
  return len;
}

#endif
