// The smallest function: what is left of a call when the function does nothing.
#include "waverless.h"

// Without parameters, so the host passes no payload and need not ask for memory to put it in.
WV_EXPORT(fn2) void fn2(void) { WV_RESULT("hello world"); }
