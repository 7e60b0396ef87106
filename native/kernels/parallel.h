#pragma once

#include <cstddef>
#include <functional>

namespace movinet::kernels {

/// Calls `body(index)` for 0 … count - 1, on the caller's thread and on up to `threads` - 1 of the
/// process's own beside it, and returns once all are done. 0 threads: as many as TensorFlow takes
/// for one operation; never more than 256. Rethrows the first exception, once all that is under way
/// has ended.
void ParallelFor(size_t count, size_t threads, const std::function<void(size_t index)>& body);

/// As many threads as TensorFlow takes for one operation in this process: what
/// TF_NUM_INTRAOP_THREADS says, or the processors that the process may use.
size_t DefaultThreads();

}  // namespace movinet::kernels
