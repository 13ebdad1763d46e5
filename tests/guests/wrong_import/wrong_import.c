// Imports write_result with another signature than the host's: deploying it is refused.
#include <stdint.h>

__attribute__((import_module("env"), import_name("write_result")))
void write_result(int64_t ptr, int64_t len);

__attribute__((export_name("main"))) void call(void) { write_result(0, 0); }

// All else is as it should be.
__attribute__((export_name("allocate"))) uint32_t allocate(uint32_t bytes) { return 1024 + bytes; }
