#pragma once

#include <string>

namespace movinet {

/// The version of the libtensorflow that is loaded, e.g. "2.21.0".
std::string TensorFlowVersion();

/// Why an addon that was built with TensorFlow `built`, and takes none below `least`, cannot use
/// `loaded`; empty where it can. Within a major version TensorFlow keeps its C API, so that a newer
/// minor version than `built` serves too.
std::string TensorFlowVersionProblem(const std::string& loaded, const std::string& built,
                                     const std::string& least);

/// Throws std::runtime_error where the loaded libtensorflow is not one to use: LD_LIBRARY_PATH can
/// bring another than the addon was linked to.
void CheckTensorFlowVersion();

}  // namespace movinet
