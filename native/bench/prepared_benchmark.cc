#include "bench/prepared_benchmark.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <stdexcept>

#include "tensorflow/graph.h"

namespace movinet {
namespace {

std::shared_ptr<Tensor> MakeFeed(const FeedEntry& feed) {
  auto tensor = Tensor::Allocate(TF_FLOAT, feed.shape);
  const int64_t count = tensor->element_count();
  auto* const values = static_cast<float*>(tensor->data());
  if (feed.fill == FeedEntry::Fill::kUniform) {
    std::minstd_rand generator;
    std::uniform_real_distribution<float> uniform(0, static_cast<float>(feed.number));
    std::generate_n(values, count, [&] { return uniform(generator); });
  } else {
    std::fill_n(values, count, static_cast<float>(feed.number));
  }
  return tensor;
}

void SetVariables(const Session& session, const GraphEntry& entry) {
  if (entry.variables.empty()) return;
  const std::string bytes = ReadFile(entry.values);
  RunPlan plan = {session.graph(), {}, {}, {}};
  std::vector<std::shared_ptr<Tensor>> values;
  size_t offset = 0;
  for (const VariableEntry& variable : entry.variables) {
    plan.feeds.push_back(session.graph()->Output(variable.initial_value));
    plan.targets.push_back(session.graph()->Operation(variable.assign));
    values.push_back(Tensor::Allocate(TF_FLOAT, variable.shape));
    const size_t size = values.back()->byte_size();
    if (size > bytes.size() - offset) {
      throw std::runtime_error(entry.values.string() + " ends before " + variable.assign);
    }
    std::memcpy(values.back()->data(), bytes.data() + offset, size);
    offset += size;
  }
  session.Run(plan, values);
}

}  // namespace

void PreparedBenchmark::Open(const GraphEntry& entry) {
  graph_ = nullptr;
  plan_ = {};
  session_.reset();
  const auto graph = std::make_shared<Graph>();
  graph->ImportGraphDef(ReadFile(entry.graph_def), {});
  session_ = Session::Create(graph, {config_, {}});
  SetVariables(*session_, entry);
  graph_ = &entry;
}

void PreparedBenchmark::Prepare(const BenchmarkEntry& entry) {
  if (entry_ == &entry) return;
  entry_ = nullptr;
  feeds_.clear();
  if (graph_ != entry.graph.get()) Open(*entry.graph);
  const std::shared_ptr<Graph>& graph = session_->graph();
  plan_ = {graph, {}, {}, {}};
  for (const StateEntry& state : entry.states) {
    plan_.feeds.push_back(graph->Output(state.input));
    plan_.fetches.push_back(graph->Output(state.output));
    feeds_.push_back(Tensor::Allocate(state.dtype, state.shape));
  }
  state_count_ = entry.states.size();
  for (const FeedEntry& feed : entry.feeds) {
    plan_.feeds.push_back(graph->Output(feed.output));
    feeds_.push_back(MakeFeed(feed));
  }
  for (const std::string& fetch : entry.fetches) plan_.fetches.push_back(graph->Output(fetch));
  for (const std::string& target : entry.targets) {
    plan_.targets.push_back(graph->Operation(target));
  }
  Run();
  entry_ = &entry;
}

std::vector<std::shared_ptr<Tensor>> PreparedBenchmark::Run() {
  std::vector<std::shared_ptr<Tensor>> tensors = session_->Run(plan_, feeds_).tensors;
  std::copy_n(tensors.begin(), state_count_, feeds_.begin());
  return tensors;
}

std::string PreparedBenchmark::Trace() {
  // A RunOptions with trace_level FULL_TRACE.
  const std::string options = {0x08, 0x03};
  const RunResult result = session_->Run(plan_, feeds_, options, true);
  std::copy_n(result.tensors.begin(), state_count_, feeds_.begin());
  return {static_cast<const char*>(result.metadata->data), result.metadata->length};
}

}  // namespace movinet
