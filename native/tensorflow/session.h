#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tensorflow/graph.h"
#include "tensorflow/tensor.h"

namespace movinet {

/// Names resolved once, so that a step does no string work. Keeps its graph alive.
struct RunPlan {
  std::shared_ptr<Graph> graph;
  std::vector<TF_Output> feeds;
  std::vector<TF_Output> fetches;
  std::vector<const TF_Operation*> targets;
};

struct DeviceInfo {
  std::string name;
  std::string type;
  int64_t memory_bytes = 0;
};

/// A TF_Session over a shared graph. `Run` may be called from several threads.
class Session {
 public:
  /// `config`: a serialized ConfigProto, or empty.
  static std::unique_ptr<Session> Create(std::shared_ptr<Graph> graph, const std::string& config);

  struct LoadedSavedModel;
  /// Loads a SavedModel's graph and restores its variables.
  static LoadedSavedModel LoadSavedModel(const std::string& directory,
                                         const std::vector<std::string>& tags,
                                         const std::string& config);

  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Throws std::invalid_argument when the plan is another graph's or the number of feeds is not
  /// the plan's.
  std::vector<std::shared_ptr<Tensor>> Run(const RunPlan& plan,
                                           const std::vector<std::shared_ptr<Tensor>>& feeds) const;
  std::vector<DeviceInfo> Devices() const;
  const std::shared_ptr<Graph>& graph() const noexcept { return graph_; }

  static int64_t live_count() noexcept;

 private:
  Session(std::shared_ptr<Graph> graph, TF_Session* session);

  std::shared_ptr<Graph> graph_;
  TF_Session* session_;
};

struct Session::LoadedSavedModel {
  std::unique_ptr<Session> session;
  /// The serialized MetaGraphDef, which has the signatures.
  std::string meta_graph_def;
};

}  // namespace movinet
