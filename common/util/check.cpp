#include "common/util/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace suara {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
  std::abort();
}

}  // namespace suara
