#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/manifest.h"
#include "tensorflow/session.h"
#include "tensorflow/tensor.h"

namespace movinet {

/// The one benchmark that is ready to run: its graph in a session, its variables set, its feeds
/// filled. Two benchmarks of one graph that follow one another share the session.
class PreparedBenchmark {
 public:
  /// `config`: a serialized ConfigProto.
  explicit PreparedBenchmark(std::string config) : config_(std::move(config)) {}

  /// Makes `entry` the one to run, and runs it once where it is not yet: the first run optimizes
  /// the graph. Throws TensorFlowError, or std::runtime_error for a file that cannot be read.
  void Prepare(const BenchmarkEntry& entry);

  /// What it returns begins with the new states, which the next run is fed with.
  std::vector<std::shared_ptr<Tensor>> Run();

  /// Runs it once and returns what TensorFlow tells of each operation: a serialized RunMetadata.
  std::string Trace();

 private:
  void Open(const GraphEntry& entry);

  std::string config_;
  const BenchmarkEntry* entry_ = nullptr;
  const GraphEntry* graph_ = nullptr;
  std::shared_ptr<Session> session_;
  RunPlan plan_;
  /// The states come first, of the feeds as of the fetches.
  size_t state_count_ = 0;
  std::vector<std::shared_ptr<Tensor>> feeds_;
};

}  // namespace movinet
