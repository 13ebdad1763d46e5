// Keeps note_{id} and, by the function that each note starts, echo_{id}: for what may not be lost.
#include "waverless.h"

#define ID_MAX 20
#define IDS_PER_BATCH 32
#define IDS_MAX 4096

static uint32_t join(char *to, const char *prefix, const char *id, uint32_t len) {
  if (len == 0 || len > ID_MAX) WV_FAIL("expected an id of 1 to 20 characters");
  wv_copy(to, prefix, 5);
  wv_copy(to + 5, id, len);
  return 5 + len;
}

static void keep(const char *prefix, const char *id, uint32_t len) {
  char key[5 + ID_MAX];
  WV_BATCH(batch, 1);
  wv_set(&batch, (wv_key){key, join(key, prefix, id, len)}, id, len);
  wv_run(&batch);
}

// Sets note_{payload}. Its answer says that the note is kept.
WV_EXPORT(note) void note(const char *id, uint32_t len) {
  keep("note_", id, len);
  wv_result(id, len);
}

// Started by note_{id}: sets echo_{id}.
WV_EXPORT(echo) void echo(const char *key, uint32_t len) {
  if (len < 5) WV_FAIL("expected note_{}");
  keep("echo_", key + 5, len - 5);
}

// Adds for each id in turn: b both keys are there, n the note alone, e the echo alone, 0 none.
static void look(char *answer, uint32_t from, uint32_t count) {
  char keys[2 * IDS_PER_BATCH][5 + ID_MAX];
  int32_t lens[2 * IDS_PER_BATCH];
  WV_BATCH(batch, 2 * IDS_PER_BATCH);
  for (uint32_t i = 0; i < count; i++) {
    char id[WV_DECIMAL_MAX];
    uint32_t len = wv_decimal(id, from + i);
    char *note_key = keys[2 * i], *echo_key = keys[2 * i + 1];
    wv_get(&batch, (wv_key){note_key, join(note_key, "note_", id, len)}, &lens[2 * i]);
    wv_get(&batch, (wv_key){echo_key, join(echo_key, "echo_", id, len)}, &lens[2 * i + 1]);
  }
  wv_run(&batch);
  for (uint32_t i = 0; i < count; i++) {
    answer[i] = "0neb"[(lens[2 * i] >= 0 ? 1 : 0) + (lens[2 * i + 1] >= 0 ? 2 : 0)];
  }
}

// Payload "{from} {count}": what is there of those ids, one letter each.
WV_EXPORT(audit) void audit(const char *text, uint32_t len) {
  static char answer[IDS_MAX];
  const char *at = text, *end = text + len;
  int32_t from = wv_read_decimal(&at, end);
  int32_t count = at < end && *at++ == ' ' ? wv_read_decimal(&at, end) : -1;
  if (from < 0 || count < 0 || count > IDS_MAX) WV_FAIL("expected {from} {count up to 4096}");
  for (uint32_t done = 0; done < (uint32_t)count; done += IDS_PER_BATCH) {
    uint32_t rest = (uint32_t)count - done;
    look(answer + done, (uint32_t)from + done, rest < IDS_PER_BATCH ? rest : IDS_PER_BATCH);
  }
  wv_result(answer, (uint32_t)count);
}
