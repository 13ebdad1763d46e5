// The keys of word_count and the record that says which run is the current one.
#ifndef RUN_H
#define RUN_H

#include "waverless.h"

// A slice is one value. What is counted in it never takes more than 1.5 times its size (a word of
// n letters and a separator become at most n + 2 bytes, except for the 26 words of one letter and
// words above 127 letters, which gain less), so that fits under the value limit of 1 MiB as well.
#define SLICE_BYTES (512u * 1024)

#define KEY_MAX 64

typedef struct {
  uint32_t run;           // 0: nothing was ever counted
  uint32_t slices;        // that the run has cut so far
  uint32_t complete;      // 1: all of them
  uint32_t old_run;       // 0: nothing is left of the run before
  uint32_t old_slices;
} run_record;

#define RUN_KEY WV_KEY("wordcount_run")

// What the key of a slice says.
typedef struct {
  uint32_t run;
  uint32_t index;
  uint32_t continues;     // 1: its first letters go on with the word that the slice before ended in
} slice_name;

wv_key slice_key(char text[KEY_MAX], slice_name name);
wv_key counts_key(char text[KEY_MAX], uint32_t run, uint32_t index);
// Fails the invocation when the key is not one that slice_key makes.
slice_name read_slice_key(const char *key, uint32_t len);

// Reads the record of the current run; all zeros when there is none.
run_record read_run(void);
// Takes the value of a GET of RUN_KEY at `op` of a batch.
run_record take_run(int32_t batch_id, int32_t op, int32_t len);

#endif
