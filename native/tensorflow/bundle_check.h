#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace movinet {

/// Whether the tensors that the index of a checkpoint (`….index`) describes are no larger than its
/// `data_bytes` of data. Throws WireError for one that is, and for what is no index.
void CheckBundleIndex(std::string_view index, int64_t data_bytes);

/// The bytes of all data files that lie beside an index.
int64_t DataBytes(const std::filesystem::path& index);

}  // namespace movinet
