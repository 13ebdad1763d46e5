// A WASI command (guest ABI 3) that does what its input says: `exit N`, `abort`, `spin`, `args`,
// `env`, `open PATH`, `flood N` (bytes of output), `stderr TEXT`. Nothing is granted to it.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void print_all(char **texts) {
  for (; *texts; texts++) puts(*texts);
}

static void flood(long bytes) {
  char line[1024];
  memset(line, 'x', sizeof line);
  for (; bytes > 0; bytes -= (long)sizeof line) {
    size_t part = bytes < (long)sizeof line ? (size_t)bytes : sizeof line;
    if (fwrite(line, 1, part, stdout) != part) exit(3);
  }
}

static void open_path(const char *path) {
  int fd = open(path, O_RDONLY);
  printf(fd < 0 ? "refused: %s\n" : "opened\n", strerror(errno));
}

static int obey(char **args, const char *word, const char *rest) {
  static volatile unsigned sink;
  if (!strcmp(word, "exit")) exit(atoi(rest));
  if (!strcmp(word, "abort")) abort();
  if (!strcmp(word, "spin")) {
    for (;;) sink++;
  }
  if (!strcmp(word, "args")) print_all(args);
  if (!strcmp(word, "env")) print_all(environ);
  if (!strcmp(word, "open")) open_path(rest);
  if (!strcmp(word, "flood")) flood(atol(rest));
  if (!strcmp(word, "stderr")) fputs(rest, stderr);
  return 0;
}

int main(int count, char **args) {
  static char input[1024];
  (void)count;
  size_t len = fread(input, 1, sizeof input - 1, stdin);
  input[strcspn(input, "\n")] = 0;
  if (len == 0) return 0;
  char *rest = strchr(input, ' ');
  if (rest) *rest++ = 0;
  return obey(args, input, rest ? rest : "");
}
