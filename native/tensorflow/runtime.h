#pragma once

#include <string>

namespace movinet {

/// The version of the libtensorflow that is loaded, e.g. "2.21.0".
std::string TensorFlowVersion();

}  // namespace movinet
