#pragma once

#include <string>

namespace movinet {

/// Looks at what the files of a SavedModel promise before TensorFlow believes it: constants that
/// are far larger than their file, and variables that are larger than their data. TensorFlow takes
/// the memory first, and ends the process where a constant's shape overflows. Throws
/// TensorFlowError. What the operations of a graph do once they run, no check of its files tells.
void CheckSavedModel(const std::string& directory);

}  // namespace movinet
