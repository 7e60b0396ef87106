#include "media/regular_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "media/video_error.h"

namespace movinet {

void CheckRegularFile(const std::string& path) {
  const auto fail = [&path](const std::string& reason) {
    throw VideoError("Cannot read the video " + path + ": " + reason, path);
  };
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) fail(std::generic_category().message(errno));
  if (S_ISDIR(status.st_mode)) fail("it is a folder");
  if (!S_ISREG(status.st_mode)) fail("it is no regular file");
  if (status.st_size == 0) fail("the file is empty");
  if (access(path.c_str(), R_OK) != 0) fail(std::generic_category().message(errno));
}

}  // namespace movinet
