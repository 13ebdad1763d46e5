// Exports `present`, while the manifest names `absent` too: deploying it is refused.
#include "waverless.h"

WV_EXPORT(present) void present(void) { WV_RESULT("present"); }
