#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tensorflow/handles.h"

namespace movinet {

/// What a placeholder is fed with.
struct FeedEntry {
  enum class Fill {
    /// float32, uniform in [0, number).
    kUniform,
    /// float32, `number` everywhere.
    kValue,
  };
  std::string output;
  std::vector<int64_t> shape;
  Fill fill = Fill::kValue;
  double number = 0;
};

/// A variable, set by feeding `initial_value` and running `assign`.
struct VariableEntry {
  std::string initial_value;
  std::string assign;
  std::vector<int64_t> shape;
};

/// What a run hands on to the next one: zeros at first, then what was fetched.
struct StateEntry {
  TF_DataType dtype = TF_FLOAT;
  std::string input;
  std::vector<int64_t> shape;
  std::string output;
};

/// A serialized GraphDef and its variables.
struct GraphEntry {
  std::filesystem::path graph_def;
  /// float32 initial values of the variables, one after another; no file where there are none.
  std::filesystem::path values;
  std::vector<VariableEntry> variables;
};

/// One run of a session to be timed.
struct BenchmarkEntry {
  std::string name;
  /// How many of `unit` (`clips`, `frames`) one run processes.
  int64_t count = 0;
  std::string unit;
  std::shared_ptr<const GraphEntry> graph;
  std::vector<FeedEntry> feeds;
  std::vector<StateEntry> states;
  std::vector<std::string> fetches;
  std::vector<std::string> targets;
};

struct Manifest {
  /// A serialized ConfigProto.
  std::filesystem::path config;
  std::vector<BenchmarkEntry> benchmarks;
};

/// The whole file. Throws std::runtime_error that names the file.
std::string ReadFile(const std::filesystem::path& path);

/// Reads what scripts/bench/model/manifest.ts writes: a line for each thing, its fields parted by
/// spaces.
///
///     config FILE
///     graph FILE                          begins a graph
///     values FILE
///     variable INITIAL_VALUE ASSIGN SHAPE
///     benchmark NAME COUNT UNIT           begins a benchmark of that graph
///     feed OUTPUT SHAPE uniform|value NUMBER
///     state float32|int32 INPUT SHAPE OUTPUT
///     fetch OUTPUT
///     target OPERATION
///
/// Files are relative to the manifest's folder; a shape is `8x224x3`, or `scalar`. Throws
/// std::runtime_error that names the file and the line.
Manifest ReadManifest(const std::filesystem::path& path);

}  // namespace movinet
