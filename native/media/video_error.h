#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace movinet {

/// A video that cannot be opened, decoded or written. The message is one line that names the file.
class VideoError : public std::runtime_error {
 public:
  VideoError(const std::string& message, std::string path)
      : std::runtime_error(message), path_(std::move(path)) {}
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace movinet
