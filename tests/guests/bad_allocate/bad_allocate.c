// Its allocate answers with an address at the very end of the address space, whatever it is asked:
// the host must not write a payload there.
#include <stdint.h>

__attribute__((import_module("env"), import_name("write_result")))
void write_result(const void *ptr, int32_t len);

__attribute__((export_name("allocate"))) uint32_t refuse(uint32_t bytes) {
  return UINT32_MAX - (bytes & 7);
}

__attribute__((export_name("main"))) void call(const void *payload, uint32_t len) {
  write_result(payload, (int32_t)len);
}
