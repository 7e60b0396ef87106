#include "tensorflow/runtime.h"

#include <tensorflow/c/c_api.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace movinet {
namespace {

/// Major, minor and patch; what follows them, such as "-rc1", does not count.
std::array<long, 3> ParseVersion(const std::string& version) {
  std::array<long, 3> parts{};
  const char* at = version.c_str();
  for (long& part : parts) {
    char* end = nullptr;
    part = std::strtol(at, &end, 10);
    if (end == at || *end != '.') break;
    at = end + 1;
  }
  return parts;
}

}  // namespace

std::string TensorFlowVersion() { return TF_Version(); }

std::string TensorFlowVersionProblem(const std::string& loaded, const std::string& built,
                                     const std::string& least) {
  const auto version = ParseVersion(loaded);
  if (version < ParseVersion(least)) {
    return "TensorFlow " + loaded + " was loaded, and the least version is " + least +
           "; the addon was built with " + built;
  }
  const auto wanted = ParseVersion(built);
  if (version[0] != wanted[0] || version[1] < wanted[1]) {
    return "TensorFlow " + loaded + " was loaded, and the addon was built with " + built;
  }
  return {};
}

void CheckTensorFlowVersion() {
  const std::string problem =
      TensorFlowVersionProblem(TensorFlowVersion(), MOVINET_TENSORFLOW, MOVINET_LEAST_TENSORFLOW);
  if (!problem.empty()) throw std::runtime_error(problem);
}

}  // namespace movinet
