#include "tensorflow/runtime.h"

#include <tensorflow/c/c_api.h>

namespace movinet {

std::string TensorFlowVersion() { return TF_Version(); }

}  // namespace movinet
