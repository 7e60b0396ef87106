// The main() of each program whose instructions are counted.
#include "bench/instructions/counted.h"

#include <cstdio>
#include <exception>

namespace {

std::function<void()>& CountedWork() {
  static std::function<void()> work;
  return work;
}

}  // namespace

/// Counted with all that it calls: the plain name is for `callgrind --toggle-collect`.
extern "C" __attribute__((noinline, used)) void movinet_counted() { CountedWork()(); }

int main() {
  try {
    CountedWork() = Prepare();
    movinet_counted();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
