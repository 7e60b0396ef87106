// What a session's run costs beside its operations' own work.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/reporting.h"
#include "tensorflow/graph.h"
#include "tensorflow/session.h"
#include "tensorflow/tensor.h"

namespace movinet {
namespace {

TF_Output AddPlaceholder(Graph& graph, const std::string& name) {
  return {graph.AddOperation({"Placeholder", name, "", {}, {}, {{"dtype", TF_FLOAT}}}), 0};
}

TF_Output AddIdentity(Graph& graph, const std::string& name, TF_Output input) {
  return {graph.AddOperation({"Identity", name, "", {{false, {input}}}, {}, {}}), 0};
}

TF_Output AddAtan2(Graph& graph, const std::string& name, TF_Output y, TF_Output x) {
  return {graph.AddOperation({"Atan2", name, "", {{false, {y}}, {false, {x}}}, {}, {}}), 0};
}

/// Runs the plan once, so that its executor is made, then as often as the benchmark asks for.
void RunRepeatedly(benchmark::State& state, const RunPlan& plan,
                   const std::vector<std::shared_ptr<Tensor>>& feeds) {
  const auto session = Session::Create(plan.graph, {});
  session->Run(plan, feeds);
  for (auto _ : state) benchmark::DoNotOptimize(session->Run(plan, feeds));
}

/// A target that does nothing: the least that a run costs.
void BM_SessionRunNoOp(benchmark::State& state) {
  const auto graph = std::make_shared<Graph>();
  const TF_Operation* operation = graph->AddOperation({"NoOp", "no_op", "", {}, {}, {}});
  RunRepeatedly(state, {graph, {}, {}, {operation}}, {});
}
BENCHMARK(BM_SessionRunNoOp)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);

/// Scalars fed and fetched as they are, through an Identity each.
void BM_SessionRunFeeds(benchmark::State& state) {
  const auto graph = std::make_shared<Graph>();
  RunPlan plan = {graph, {}, {}, {}};
  std::vector<std::shared_ptr<Tensor>> feeds;
  for (int64_t i = 0; i < state.range(0); ++i) {
    const std::string index = std::to_string(i);
    plan.feeds.push_back(AddPlaceholder(*graph, "input" + index));
    plan.fetches.push_back(AddIdentity(*graph, "output" + index, plan.feeds.back()));
    feeds.push_back(Tensor::Allocate(TF_FLOAT, {}));
  }
  RunRepeatedly(state, plan, feeds);
}
BENCHMARK(BM_SessionRunFeeds)
    ->ArgName("feeds")
    ->Arg(1)
    ->Arg(8)
    ->Arg(64)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

/// Operations on scalars one after another: what each costs to schedule. Arc tangents, as a session
/// neither simplifies them nor makes one operation of many.
void BM_SessionRunOperations(benchmark::State& state) {
  const auto graph = std::make_shared<Graph>();
  const TF_Output input = AddPlaceholder(*graph, "input");
  TF_Output output = input;
  for (int64_t i = 0; i < state.range(0); ++i) {
    output = AddAtan2(*graph, "atan2_" + std::to_string(i), output, input);
  }
  RunRepeatedly(state, {graph, {input}, {output}, {}}, {Tensor::Allocate(TF_FLOAT, {})});
  SetRate(state, "operations/s", state.iterations() * state.range(0));
}
BENCHMARK(BM_SessionRunOperations)
    ->ArgName("operations")
    ->Arg(1)
    ->Arg(100)
    ->Arg(1000)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

/// Clips of 8 frames of 224² fed and fetched: the same time for any number shows that nothing is
/// copied.
void BM_SessionRunClips(benchmark::State& state) {
  const auto graph = std::make_shared<Graph>();
  const TF_Output input = AddPlaceholder(*graph, "clips");
  const TF_Output output = AddIdentity(*graph, "output", input);
  RunRepeatedly(state, {graph, {input}, {output}, {}},
                {Tensor::Allocate(TF_FLOAT, {state.range(0), 8, 224, 224, 3})});
}
BENCHMARK(BM_SessionRunClips)
    ->ArgName("clips")
    ->Arg(1)
    ->Arg(8)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace movinet
