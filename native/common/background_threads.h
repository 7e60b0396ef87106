#pragma once

#include <chrono>
#include <functional>

namespace movinet {

/// Starts a thread that nobody joins: it ends with `body`, which owns all that it touches. Throws
/// std::system_error where the system gives no thread.
void StartBackgroundThread(std::function<void()> body);

/// Such threads that have not ended.
int BackgroundThreadCount();

/// A piece of work for such a thread, from its submission until it is done and let go of.
class BackgroundTask {
 public:
  BackgroundTask();
  ~BackgroundTask();
  BackgroundTask(const BackgroundTask&) = delete;
  BackgroundTask& operator=(const BackgroundTask&) = delete;
};

/// Waits until there is no such work, idle threads or not; false where there still is by then. At
/// the exit of the process: what the work uses is destroyed after that.
bool WaitForBackgroundTasks(std::chrono::milliseconds at_most);

}  // namespace movinet
