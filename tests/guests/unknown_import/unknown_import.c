// Imports a host call that nobody provides: deploying it is refused.
#include "waverless.h"

WV_IMPORT(no_such_call) void no_such_call(int32_t value);

WV_EXPORT(main) void call(void) {
  no_such_call(1);
  WV_RESULT("called");
}
