#include "tensorflow/session.h"

#include <atomic>
#include <stdexcept>
#include <utility>

#include "common/status.h"

namespace movinet {
namespace {

std::atomic<int64_t> live_sessions{0};

SessionOptionsHandle MakeOptions(const std::string& config) {
  SessionOptionsHandle options(TF_NewSessionOptions());
  if (!config.empty()) {
    Status status;
    TF_SetConfig(options.get(), config.data(), config.size(), status.get());
    status.ThrowIfError("Session configuration");
  }
  return options;
}

}  // namespace

Session::Session(std::shared_ptr<Graph> graph, TF_Session* session)
    : graph_(std::move(graph)), session_(session) {
  live_sessions.fetch_add(1, std::memory_order_relaxed);
}

Session::~Session() {
  // A destructor has nobody to tell of a failure to close.
  Status status;
  TF_CloseSession(session_, status.get());
  TF_DeleteSession(session_, status.get());
  live_sessions.fetch_sub(1, std::memory_order_relaxed);
}

int64_t Session::live_count() noexcept { return live_sessions.load(std::memory_order_relaxed); }

std::unique_ptr<Session> Session::Create(std::shared_ptr<Graph> graph, const std::string& config) {
  const SessionOptionsHandle options = MakeOptions(config);
  Status status;
  TF_Session* session = TF_NewSession(graph->handle(), options.get(), status.get());
  status.ThrowIfError("New session");
  return std::unique_ptr<Session>(new Session(std::move(graph), session));
}

Session::LoadedSavedModel Session::LoadSavedModel(const std::string& directory,
                                                  const std::vector<std::string>& tags,
                                                  const std::string& config) {
  const SessionOptionsHandle options = MakeOptions(config);
  auto graph = std::make_shared<Graph>();
  std::vector<const char*> tag_pointers;
  tag_pointers.reserve(tags.size());
  for (const std::string& tag : tags) tag_pointers.push_back(tag.c_str());
  const BufferHandle meta_graph_def(TF_NewBuffer());
  Status status;
  TF_Session* session = TF_LoadSessionFromSavedModel(
      options.get(), nullptr, directory.c_str(), tag_pointers.data(),
      static_cast<int>(tag_pointers.size()), graph->handle(), meta_graph_def.get(), status.get());
  status.ThrowIfError("SavedModel " + directory);
  LoadedSavedModel loaded;
  loaded.session.reset(new Session(std::move(graph), session));
  loaded.meta_graph_def.assign(static_cast<const char*>(meta_graph_def->data),
                               meta_graph_def->length);
  return loaded;
}

std::vector<std::shared_ptr<Tensor>> Session::Run(
    const RunPlan& plan, const std::vector<std::shared_ptr<Tensor>>& feeds) const {
  if (plan.graph != graph_) {
    throw std::invalid_argument("The run plan was prepared for another session");
  }
  if (feeds.size() != plan.feeds.size()) {
    throw std::invalid_argument("The run plan takes " + std::to_string(plan.feeds.size()) +
                                " tensors but was given " + std::to_string(feeds.size()));
  }
  std::vector<TF_Tensor*> feed_tensors;
  feed_tensors.reserve(feeds.size());
  for (const auto& feed : feeds) feed_tensors.push_back(feed->handle());
  std::vector<TF_Tensor*> fetched(plan.fetches.size(), nullptr);
  Status status;
  TF_SessionRun(session_, nullptr, plan.feeds.data(), feed_tensors.data(),
                static_cast<int>(feed_tensors.size()), plan.fetches.data(), fetched.data(),
                static_cast<int>(fetched.size()), plan.targets.data(),
                static_cast<int>(plan.targets.size()), nullptr, status.get());
  status.ThrowIfError();
  // Each handle is owned before anything can throw.
  std::vector<TensorHandle> owned;
  owned.reserve(fetched.size());
  for (TF_Tensor* tensor : fetched) owned.emplace_back(tensor);
  std::vector<std::shared_ptr<Tensor>> results;
  results.reserve(fetched.size());
  for (TensorHandle& tensor : owned) results.push_back(Tensor::Adopt(tensor.release()));
  return results;
}

std::vector<DeviceInfo> Session::Devices() const {
  Status status;
  const DeviceListHandle list(TF_SessionListDevices(session_, status.get()));
  status.ThrowIfError("Device list");
  std::vector<DeviceInfo> devices;
  for (int i = 0; i < TF_DeviceListCount(list.get()); ++i) {
    DeviceInfo device;
    device.name = TF_DeviceListName(list.get(), i, status.get());
    status.ThrowIfError("Device list");
    device.type = TF_DeviceListType(list.get(), i, status.get());
    status.ThrowIfError("Device list");
    device.memory_bytes = TF_DeviceListMemoryBytes(list.get(), i, status.get());
    status.ThrowIfError("Device list");
    devices.push_back(std::move(device));
  }
  return devices;
}

}  // namespace movinet
