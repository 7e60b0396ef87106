#include "tensorflow/session.h"

#include <malloc.h>

#include <stdexcept>
#include <system_error>
#include <utility>

#include "common/background_threads.h"
#include "tensorflow/saved_model_check.h"
#include "tensorflow/status.h"

namespace movinet {
namespace {

SessionOptionsHandle MakeOptions(const SessionSettings& settings) {
  SessionOptionsHandle options(TF_NewSessionOptions());
  const auto& [config, target] = settings;
  if (!target.empty()) TF_SetTarget(options.get(), target.c_str());
  if (!config.empty()) {
    Status status;
    TF_SetConfig(options.get(), config.data(), config.size(), status.get());
    status.ThrowIfError("Session configuration");
  }
  return options;
}

/// What TensorFlow made and left while it optimised a graph goes back to the system: some tens of
/// MiB, which would otherwise lie unused between what stays.
void ReturnFreeMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace

Session::Session(std::shared_ptr<Graph> graph, SessionHandle session, bool remote)
    : graph_(std::move(graph)), session_(std::move(session)), remote_(remote) {}

void Session::Cancel() noexcept {
  if (cancelled_.exchange(true)) return;
  const auto close = [session = session_, graph = graph_] {
    Status status;
    TF_CloseSession(session.get(), status.get());
  };
  if (!remote_) {
    close();
    return;
  }
  try {
    StartBackgroundThread([close, task = std::make_shared<BackgroundTask>()] { close(); });
  } catch (const std::system_error&) {
    // Without a thread it is closed when it is freed.
  }
}

std::shared_ptr<Session> Session::Create(std::shared_ptr<Graph> graph,
                                         const SessionSettings& settings) {
  const SessionOptionsHandle options = MakeOptions(settings);
  Status status;
  SessionHandle session(TF_NewSession(graph->handle(), options.get(), status.get()));
  status.ThrowIfError("New session");
  return std::shared_ptr<Session>(
      new Session(std::move(graph), std::move(session), !settings.target.empty()));
}

Session::LoadedSavedModel Session::LoadSavedModel(const std::string& directory,
                                                  const std::vector<std::string>& tags,
                                                  const SessionSettings& settings) {
  CheckSavedModel(directory);
  const SessionOptionsHandle options = MakeOptions(settings);
  auto graph = std::make_shared<Graph>();
  std::vector<const char*> tag_pointers;
  tag_pointers.reserve(tags.size());
  for (const std::string& tag : tags) tag_pointers.push_back(tag.c_str());
  BufferHandle meta_graph_def(TF_NewBuffer());
  Status status;
  SessionHandle session(TF_LoadSessionFromSavedModel(
      options.get(), nullptr, directory.c_str(), tag_pointers.data(),
      static_cast<int>(tag_pointers.size()), graph->handle(), meta_graph_def.get(), status.get()));
  status.ThrowIfError("SavedModel " + directory);
  return {std::shared_ptr<Session>(
              new Session(std::move(graph), std::move(session), !settings.target.empty())),
          std::move(meta_graph_def)};
}

RunResult Session::Run(const RunPlan& plan, const std::vector<std::shared_ptr<Tensor>>& feeds,
                       const std::string& options, bool want_metadata) const {
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
  const BufferHandle run_options(
      options.empty() ? nullptr : TF_NewBufferFromString(options.data(), options.size()));
  RunResult result;
  if (want_metadata) result.metadata.reset(TF_NewBuffer());
  std::vector<TF_Tensor*> fetched(plan.fetches.size(), nullptr);
  // There before the run, so that each handle is owned before anything can throw.
  std::vector<TensorHandle> owned(fetched.size());
  Status status;
  TF_SessionRun(session_.get(), run_options.get(), plan.feeds.data(), feed_tensors.data(),
                static_cast<int>(feed_tensors.size()), plan.fetches.data(), fetched.data(),
                static_cast<int>(fetched.size()), plan.targets.data(),
                static_cast<int>(plan.targets.size()), result.metadata.get(), status.get());
  for (size_t i = 0; i < fetched.size(); ++i) owned[i].reset(fetched[i]);
  if (!plan.built->exchange(true)) ReturnFreeMemory();
  status.ThrowIfError();
  result.tensors.reserve(fetched.size());
  for (TensorHandle& tensor : owned) result.tensors.push_back(Tensor::Adopt(std::move(tensor)));
  return result;
}

std::vector<DeviceInfo> Session::Devices() const {
  Status status;
  const DeviceListHandle list(TF_SessionListDevices(session_.get(), status.get()));
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
