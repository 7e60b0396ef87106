#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/counted.h"
#include "tensorflow/graph.h"
#include "tensorflow/status.h"
#include "tensorflow/tensor.h"

namespace movinet {

/// What a run feeds, fetches and targets. Keeps its graph alive.
struct RunPlan {
  std::shared_ptr<Graph> graph;
  std::vector<TF_Output> feeds;
  std::vector<TF_Output> fetches;
  std::vector<const TF_Operation*> targets;
  /// Whether it was run: TensorFlow builds what a plan needs when it first runs.
  std::shared_ptr<std::atomic<bool>> built = std::make_shared<std::atomic<bool>>(false);
};

struct RunResult {
  /// In the order of the plan's fetches.
  std::vector<std::shared_ptr<Tensor>> tensors;
  /// A serialized RunMetadata, where it was asked for.
  BufferHandle metadata;
};

struct DeviceInfo {
  std::string name;
  std::string type;
  int64_t memory_bytes = 0;
};

/// What a session is made with, each empty by default.
struct SessionSettings {
  /// A serialized ConfigProto.
  std::string config;
  /// The address of a server to run on, such as "grpc://host:port"; this process otherwise.
  std::string target;
};

/// A TF_Session over a shared graph. Any member may be called from any thread; destroying it frees
/// all of its variables, which may take a while.
class Session : public Counted<Session> {
 public:
  static std::shared_ptr<Session> Create(std::shared_ptr<Graph> graph,
                                         const SessionSettings& settings);

  struct LoadedSavedModel;
  /// Loads a SavedModel's graph, restores its variables and runs what it has to initialise itself:
  /// a SavedModel is a program. Throws TensorFlowError, also for files that promise far more than
  /// they hold. TensorFlow cannot stop while it does.
  static LoadedSavedModel LoadSavedModel(const std::string& directory,
                                         const std::vector<std::string>& tags,
                                         const SessionSettings& settings);

  ~Session() { Cancel(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// `options`: a serialized RunOptions, or empty. With `want_metadata` the result has it. Throws
  /// std::invalid_argument when the plan is another graph's or the number of feeds is not the
  /// plan's; TensorFlowError, CANCELLED among others.
  RunResult Run(const RunPlan& plan, const std::vector<std::shared_ptr<Tensor>>& feeds,
                const std::string& options = {}, bool want_metadata = false) const;

  /// Ends the runs under way, and all later ones, as CANCELLED: the C API has no smaller cancel
  /// than the whole session. Does not wait for a server.
  void Cancel() noexcept;

  std::vector<DeviceInfo> Devices() const;
  const std::shared_ptr<Graph>& graph() const noexcept { return graph_; }

 private:
  Session(std::shared_ptr<Graph> graph, SessionHandle session, bool remote);

  std::shared_ptr<Graph> graph_;
  std::shared_ptr<TF_Session> session_;
  /// On a server, whose answer closing it waits for.
  bool remote_;
  std::atomic<bool> cancelled_{false};
};

struct Session::LoadedSavedModel {
  std::shared_ptr<Session> session;
  /// The serialized MetaGraphDef, which has the signatures.
  BufferHandle meta_graph_def;
};

}  // namespace movinet
