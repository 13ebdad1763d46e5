// A WASI command (guest ABI 3): an ordinary program that turns its input into upper case.
#include <ctype.h>
#include <unistd.h>

static int write_all(const char *bytes, size_t len) {
  while (len > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, len);
    if (written <= 0) return 0;
    bytes += written;
    len -= (size_t)written;
  }
  return 1;
}

int main(void) {
  static char bytes[16384];
  ssize_t len;
  while ((len = read(STDIN_FILENO, bytes, sizeof bytes)) > 0) {
    for (ssize_t i = 0; i < len; i++) bytes[i] = (char)toupper((unsigned char)bytes[i]);
    if (!write_all(bytes, (size_t)len)) return 1;
  }
  return len < 0;
}
