// Exports a function with a signature that the host does not call: deploying it is refused.
#include "waverless.h"

WV_EXPORT(main) double call(double payload) {
  WV_RESULT("called");
  return payload;
}
