// Asks for 3 GiB of memory to begin with: more than any limit lets it have.
#include "waverless.h"

WV_EXPORT(main) void call(void) { WV_RESULT("called"); }
