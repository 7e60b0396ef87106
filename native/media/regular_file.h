#pragma once

#include <string>

namespace movinet {

/// Throws VideoError for what is missing, empty, unreadable, a folder, or no regular file: a pipe,
/// a socket or a device would be waited for, for ever.
void CheckRegularFile(const std::string& path);

}  // namespace movinet
