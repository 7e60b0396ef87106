#include "tensorflow/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tensorflow/status.h"

namespace movinet {
namespace {

TF_Operation* AddPlaceholder(Graph& graph, const std::string& name) {
  return graph.AddOperation(
      {"Placeholder",
       name,
       "",
       {},
       {},
       {{"dtype", TF_FLOAT}, {"shape", PartialShape(std::vector<int64_t>{-1})}}});
}

TF_Operation* AddBinary(Graph& graph, const std::string& type, const std::string& name, TF_Output a,
                        TF_Output b) {
  return graph.AddOperation({type, name, "", {{false, {a}}, {false, {b}}}, {}, {}});
}

std::shared_ptr<Tensor> Vector(std::vector<float> values) {
  auto tensor = Tensor::Allocate(TF_FLOAT, {static_cast<int64_t>(values.size())});
  std::copy(values.begin(), values.end(), static_cast<float*>(tensor->data()));
  return tensor;
}

/// y = x · x.
struct SquareGraph {
  std::shared_ptr<Graph> graph = std::make_shared<Graph>();
  TF_Output x{AddPlaceholder(*graph, "x"), 0};
  TF_Output y{AddBinary(*graph, "Mul", "y", x, x), 0};
};

TEST(GraphTest, ResolvesOutputsByName) {
  const SquareGraph square;
  EXPECT_EQ(square.graph->Output("y:0").oper, square.y.oper);
  EXPECT_EQ(square.graph->Output("y").oper, square.y.oper);
  EXPECT_THROW(square.graph->Output("y:1"), std::invalid_argument);
  EXPECT_THROW(square.graph->Output("y:-1"), std::invalid_argument);
  EXPECT_THROW(square.graph->Output("y:z"), std::invalid_argument);
  EXPECT_THROW(square.graph->Output("missing:0"), std::invalid_argument);
}

TEST(GraphTest, RefusesATakenNameInsteadOfAborting) {
  const SquareGraph square;
  EXPECT_THROW(AddPlaceholder(*square.graph, "x"), std::invalid_argument);
}

TEST(GraphTest, GivesTheCodeOfAFailure) {
  Graph graph;
  try {
    graph.AddOperation({"NoSuchOperation", "a", "", {}, {}, {}});
    FAIL() << "an unknown operation was added";
  } catch (const TensorFlowError& error) {
    EXPECT_STREQ(error.code(), "INVALID_ARGUMENT");
  }
}

TEST(GraphTest, InfersShapes) {
  const SquareGraph square;
  const PartialShape shape = square.graph->OutputShape(square.y);
  EXPECT_EQ(shape, PartialShape(std::vector<int64_t>{-1}));
}

TEST(GraphTest, SurvivesTheWayThroughAGraphDef) {
  const SquareGraph square;
  Graph copy;
  const BufferHandle graph_def = square.graph->ToGraphDef();
  copy.ImportGraphDef({static_cast<const char*>(graph_def->data), graph_def->length}, "copy");
  EXPECT_NE(copy.Operation("copy/y"), nullptr);
  EXPECT_THROW(copy.ImportGraphDef("not a graph", ""), TensorFlowError);
}

TEST(GraphTest, SaysWhereThereIsNoGradient) {
  const SquareGraph square;
  const TF_Output other{AddPlaceholder(*square.graph, "other"), 0};
  EXPECT_THROW(square.graph->AddGradients({square.y}, {other}), TensorFlowError);
}

TEST(SessionTest, RunsAPlanAgainAndAgain) {
  const SquareGraph square;
  const auto session = Session::Create(square.graph, {});
  const RunPlan plan{square.graph, {square.x}, {square.y}, {}};
  for (const float value : {2.0F, 3.0F}) {
    const auto results = session->Run(plan, {Vector({value})}).tensors;
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(static_cast<float*>(results[0]->data())[0], value * value);
  }
}

TEST(SessionTest, GradientsAgreeWithFiniteDifferences) {
  SquareGraph square;
  const auto gradients = square.graph->AddGradients({square.y}, {square.x});
  const auto session = Session::Create(square.graph, {});
  const auto results =
      session->Run({square.graph, {square.x}, gradients, {}}, {Vector({1.5F})}).tensors;
  EXPECT_FLOAT_EQ(static_cast<float*>(results[0]->data())[0], 3.0F);
}

TEST(SessionTest, RefusesAnotherGraphsPlanAndAWrongNumberOfFeeds) {
  const SquareGraph square;
  const SquareGraph other;
  const auto session = Session::Create(square.graph, {});
  EXPECT_THROW(session->Run({other.graph, {}, {other.y}, {}}, {}), std::invalid_argument);
  EXPECT_THROW(session->Run({square.graph, {square.x}, {square.y}, {}}, {}), std::invalid_argument);
}

TEST(SessionTest, ReportsAFailedRunAndLeaksNothing) {
  const SquareGraph square;
  const auto session = Session::Create(square.graph, {});
  const int64_t before = Tensor::live_count();
  EXPECT_THROW(session->Run({square.graph, {}, {square.y}, {}}, {}), TensorFlowError);
  EXPECT_EQ(Tensor::live_count(), before);
}

TEST(SessionTest, RunsFromSeveralThreads) {
  const SquareGraph square;
  const auto session = Session::Create(square.graph, {});
  const RunPlan plan{square.graph, {square.x}, {square.y}, {}};
  std::vector<std::thread> threads;
  std::vector<float> results(4, 0.0F);
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int run = 0; run < 20; ++run) {
        const auto fetched = session->Run(plan, {Vector({static_cast<float>(i)})}).tensors;
        results[i] = static_cast<float*>(fetched[0]->data())[0];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i], static_cast<float>(i * i));
}

TEST(GraphTest, RefusesWhatTensorFlowWouldEndTheProcessFor) {
  Graph graph;
  const auto add = [&graph](PartialShape shape) {
    graph.AddOperation({"Placeholder", "p", "", {}, {}, {{"dtype", TF_FLOAT}, {"shape", shape}}});
  };
  EXPECT_THROW(add(std::vector<int64_t>(255, 1)), std::invalid_argument);
  EXPECT_THROW(add(std::vector<int64_t>{-2}), std::invalid_argument);
  EXPECT_THROW(add(std::vector<int64_t>{int64_t{1} << 40, int64_t{1} << 40}),
               std::invalid_argument);
  add(std::vector<int64_t>(254, 1));
}

TEST(GraphTest, ASinkHasNoOutputToAskFor) {
  Graph graph;
  graph.AddOperation({"NoOp", "n", "", {}, {}, {}});
  EXPECT_THROW(graph.Output("n"), std::invalid_argument);
  EXPECT_THROW(graph.Output("n:0"), std::invalid_argument);
  EXPECT_NE(graph.Operation("n"), nullptr);
}

/// A placeholder for what is fetched unchanged, and a constant.
TEST(SessionTest, AFetchedTensorIsNobodyElses) {
  const auto graph = std::make_shared<Graph>();
  const TF_Output x = {AddPlaceholder(*graph, "x"), 0};
  const TF_Output same = {graph->AddOperation({"Identity", "same", "", {{false, {x}}}, {}, {}}), 0};
  const TF_Output constant = {
      graph->AddOperation(
          {"Const", "c", "", {}, {}, {{"dtype", TF_FLOAT}, {"value", Vector({1, 2})}}}),
      0};
  const auto session = Session::Create(graph, {});
  const RunPlan plan{graph, {x}, {same, constant, constant}, {}};
  const auto fed = Vector({5, 6});
  const auto first = session->Run(plan, {fed}).tensors;
  for (const auto& tensor : first) {
    EXPECT_NE(tensor->data(), fed->data());
    static_cast<float*>(tensor->data())[0] = 99;
  }
  EXPECT_NE(first[1]->data(), first[2]->data());
  const auto second = session->Run(plan, {fed}).tensors;
  EXPECT_EQ(static_cast<float*>(fed->data())[0], 5);
  EXPECT_EQ(static_cast<float*>(second[0]->data())[0], 5);
  EXPECT_EQ(static_cast<float*>(second[1]->data())[0], 1);
}

/// A run that waits for ever.
struct BlockedGraph {
  std::shared_ptr<Graph> graph = std::make_shared<Graph>();
  RunPlan plan;

  BlockedGraph() {
    const TF_Output queue = {
        graph->AddOperation({"FIFOQueueV2",
                             "queue",
                             "",
                             {},
                             {},
                             {{"component_types", std::vector<DataType>{TF_FLOAT}}}}),
        0};
    const TF_Output taken = {
        graph->AddOperation({"QueueDequeueV2",
                             "take",
                             "",
                             {{false, {queue}}},
                             {},
                             {{"component_types", std::vector<DataType>{TF_FLOAT}}}}),
        0};
    plan = {graph, {}, {taken}, {}};
  }
};

TEST(SessionTest, CancelEndsABlockedRunAndAllLaterOnes) {
  const BlockedGraph blocked;
  const auto session = Session::Create(blocked.graph, {});
  const auto run = [&]() -> std::string {
    try {
      session->Run(blocked.plan, {});
      return "OK";
    } catch (const TensorFlowError& error) {
      return error.code();
    }
  };
  auto blocking = std::async(std::launch::async, run);
  EXPECT_EQ(blocking.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  session->Cancel();
  session->Cancel();
  EXPECT_EQ(blocking.get(), "CANCELLED");
  EXPECT_EQ(run(), "CANCELLED");
}

TEST(SessionTest, ATimeOutEndsARunAndLeavesTheSession) {
  const BlockedGraph blocked;
  const TF_Operation* nothing = blocked.graph->AddOperation({"NoOp", "n", "", {}, {}, {}});
  const auto session = Session::Create(blocked.graph, {});
  // RunOptions { timeout_in_ms: 50 }.
  const std::string options = {0x10, 50};
  try {
    session->Run(blocked.plan, {}, options);
    FAIL() << "the run ended by itself";
  } catch (const TensorFlowError& error) {
    EXPECT_STREQ(error.code(), "DEADLINE_EXCEEDED");
  }
  EXPECT_TRUE(session->Run({blocked.graph, {}, {}, {nothing}}, {}).tensors.empty());
}

TEST(SessionTest, GivesTheMetadataThatTheOptionsAskFor) {
  const SquareGraph square;
  const auto session = Session::Create(square.graph, {});
  // RunOptions { trace_level: FULL_TRACE }.
  const RunPlan plan{square.graph, {square.x}, {square.y}, {}};
  EXPECT_GT(session->Run(plan, {Vector({1})}, {0x08, 3}, true).metadata->length, 0U);
  EXPECT_EQ(session->Run(plan, {Vector({1})}).metadata, nullptr);
}

TEST(SessionTest, ListsTheProcessor) {
  const auto session = Session::Create(std::make_shared<Graph>(), {});
  const auto devices = session->Devices();
  ASSERT_FALSE(devices.empty());
  EXPECT_EQ(devices[0].type, "CPU");
}

TEST(SessionTest, RefusesAConfigurationThatIsNone) {
  EXPECT_THROW(Session::Create(std::make_shared<Graph>(), {"\xff\xff\xff", ""}), TensorFlowError);
}

TEST(SessionTest, SaysWhereASavedModelIsMissing) {
  EXPECT_THROW(Session::LoadSavedModel("/nonexistent", {"serve"}, {}), TensorFlowError);
}

}  // namespace
}  // namespace movinet
