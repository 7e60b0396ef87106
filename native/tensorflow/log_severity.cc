#include <cstdlib>

// libtensorflow logs while it is being loaded, through Abseil, whose threshold only Python's
// binding ties to TF_CPP_MIN_LOG_LEVEL; the C API cannot reach it, and no call of ours would come
// early enough. The loader looks a symbol up in the addon before it looks in the addon's
// dependencies, so this definition of absl::MinLogLevel() is the one they call. The name carries
// Abseil's version: a library with another one keeps its own, and logs a line or two more.
extern "C" __attribute__((visibility("default"))) int AbslMinLogLevel() __asm__(
    "_ZN4absl12lts_2025081411MinLogLevelEv");

extern "C" int AbslMinLogLevel() {
  static const char* const level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  constexpr int kErrors = 2;
  return level == nullptr ? kErrors : static_cast<int>(std::strtol(level, nullptr, 10));
}
