#include "tensorflow/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "common/status.h"

namespace movinet {
namespace {

TF_Operation* AddPlaceholder(Graph& graph, const std::string& name) {
  return graph.AddOperation({"Placeholder",
                             name,
                             "",
                             {},
                             {},
                             {{"dtype", TF_FLOAT}, {"shape", ShapeAttribute{true, {-1}}}}});
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
  const ShapeAttribute shape = square.graph->OutputShape(square.y);
  EXPECT_TRUE(shape.known);
  EXPECT_EQ(shape.dimensions, (std::vector<int64_t>{-1}));
}

TEST(GraphTest, SurvivesTheWayThroughAGraphDef) {
  const SquareGraph square;
  Graph copy;
  copy.ImportGraphDef(square.graph->ToGraphDef(), "copy");
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
  const auto session = Session::Create(square.graph, "");
  const RunPlan plan{square.graph, {square.x}, {square.y}, {}};
  for (const float value : {2.0F, 3.0F}) {
    const auto results = session->Run(plan, {Vector({value})});
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(static_cast<float*>(results[0]->data())[0], value * value);
  }
}

TEST(SessionTest, GradientsAgreeWithFiniteDifferences) {
  SquareGraph square;
  const auto gradients = square.graph->AddGradients({square.y}, {square.x});
  const auto session = Session::Create(square.graph, "");
  const auto results = session->Run({square.graph, {square.x}, gradients, {}}, {Vector({1.5F})});
  EXPECT_FLOAT_EQ(static_cast<float*>(results[0]->data())[0], 3.0F);
}

TEST(SessionTest, RefusesAnotherGraphsPlanAndAWrongNumberOfFeeds) {
  const SquareGraph square;
  const SquareGraph other;
  const auto session = Session::Create(square.graph, "");
  EXPECT_THROW(session->Run({other.graph, {}, {other.y}, {}}, {}), std::invalid_argument);
  EXPECT_THROW(session->Run({square.graph, {square.x}, {square.y}, {}}, {}), std::invalid_argument);
}

TEST(SessionTest, ReportsAFailedRunAndLeaksNothing) {
  const SquareGraph square;
  const auto session = Session::Create(square.graph, "");
  const int64_t before = Tensor::live_count();
  EXPECT_THROW(session->Run({square.graph, {}, {square.y}, {}}, {}), TensorFlowError);
  EXPECT_EQ(Tensor::live_count(), before);
}

TEST(SessionTest, RunsFromSeveralThreads) {
  const SquareGraph square;
  const auto session = Session::Create(square.graph, "");
  const RunPlan plan{square.graph, {square.x}, {square.y}, {}};
  std::vector<std::thread> threads;
  std::vector<float> results(4, 0.0F);
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int run = 0; run < 20; ++run) {
        const auto fetched = session->Run(plan, {Vector({static_cast<float>(i)})});
        results[i] = static_cast<float*>(fetched[0]->data())[0];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i], static_cast<float>(i * i));
}

TEST(SessionTest, ListsTheProcessor) {
  const auto session = Session::Create(std::make_shared<Graph>(), "");
  const auto devices = session->Devices();
  ASSERT_FALSE(devices.empty());
  EXPECT_EQ(devices[0].type, "CPU");
}

TEST(SessionTest, RefusesAConfigurationThatIsNone) {
  EXPECT_THROW(Session::Create(std::make_shared<Graph>(), "\xff\xff\xff"), TensorFlowError);
}

TEST(SessionTest, SaysWhereASavedModelIsMissing) {
  EXPECT_THROW(Session::LoadSavedModel("/nonexistent", {"serve"}, ""), TensorFlowError);
}

}  // namespace
}  // namespace movinet
