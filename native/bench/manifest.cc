#include "bench/manifest.h"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace movinet {
namespace {

/// The fields of one line, each of which must be there and be what it should.
class Fields {
 public:
  explicit Fields(const std::string& line) : stream_(line) {}

  std::string Word(const char* what) {
    std::string word;
    if (!(stream_ >> word)) throw std::runtime_error(std::string("no ") + what);
    return word;
  }

  template <typename Number>
  Number Positive(const char* what) {
    Number number = 0;
    if (!(stream_ >> number) || !(number > 0)) {
      throw std::runtime_error(std::string("no positive ") + what);
    }
    return number;
  }

  std::vector<int64_t> Shape() {
    const std::string word = Word("shape");
    std::vector<int64_t> shape;
    if (word == "scalar") return shape;
    std::istringstream dimensions(word);
    do {
      int64_t dimension = 0;
      if (!(dimensions >> dimension) || dimension <= 0) {
        throw std::runtime_error("no shape: " + word);
      }
      shape.push_back(dimension);
    } while (dimensions.get() == 'x');
    if (!dimensions.eof()) throw std::runtime_error("no shape: " + word);
    return shape;
  }

  FeedEntry::Fill Fill() {
    const std::string word = Word("fill");
    if (word == "uniform") return FeedEntry::Fill::kUniform;
    if (word == "value") return FeedEntry::Fill::kValue;
    throw std::runtime_error("unknown fill " + word);
  }

  TF_DataType DataType() {
    const std::string word = Word("type");
    if (word == "float32") return TF_FLOAT;
    if (word == "int32") return TF_INT32;
    throw std::runtime_error("unknown type " + word);
  }

  void End() {
    std::string word;
    if (stream_ >> word) throw std::runtime_error("too many fields: " + word);
  }

 private:
  std::istringstream stream_;
};

class Reader {
 public:
  explicit Reader(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void Line(const std::string& line) {
    Fields fields(line);
    const std::string kind = fields.Word("kind of line");
    if (kind == "config") {
      manifest_.config = folder_ / fields.Word("file");
    } else if (kind == "graph") {
      graph_ = std::make_shared<GraphEntry>();
      graph_->graph_def = folder_ / fields.Word("file");
    } else if (kind == "values") {
      graph().values = folder_ / fields.Word("file");
    } else if (kind == "variable") {
      std::string initial_value = fields.Word("initial value");
      std::string assign = fields.Word("assign operation");
      graph().variables.push_back({std::move(initial_value), std::move(assign), fields.Shape()});
    } else if (kind == "benchmark") {
      std::string name = fields.Word("name");
      const auto count = fields.Positive<int64_t>("count");
      std::string unit = fields.Word("unit");
      graph();
      manifest_.benchmarks.push_back(
          {std::move(name), count, std::move(unit), graph_, {}, {}, {}, {}});
    } else if (kind == "feed") {
      FeedEntry feed;
      feed.output = fields.Word("output");
      feed.shape = fields.Shape();
      feed.fill = fields.Fill();
      feed.number = fields.Positive<double>("number");
      benchmark().feeds.push_back(std::move(feed));
    } else if (kind == "state") {
      StateEntry state;
      state.dtype = fields.DataType();
      state.input = fields.Word("input");
      state.shape = fields.Shape();
      state.output = fields.Word("output");
      benchmark().states.push_back(std::move(state));
    } else if (kind == "fetch") {
      benchmark().fetches.push_back(fields.Word("output"));
    } else if (kind == "target") {
      benchmark().targets.push_back(fields.Word("operation"));
    } else {
      throw std::runtime_error("unknown kind of line: " + kind);
    }
    fields.End();
  }

  Manifest Take() { return std::move(manifest_); }

 private:
  GraphEntry& graph() {
    if (graph_ == nullptr) throw std::runtime_error("no graph before it");
    return *graph_;
  }

  BenchmarkEntry& benchmark() {
    if (manifest_.benchmarks.empty()) throw std::runtime_error("no benchmark before it");
    return manifest_.benchmarks.back();
  }

  std::filesystem::path folder_;
  Manifest manifest_;
  std::shared_ptr<GraphEntry> graph_;
};

}  // namespace

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) throw std::runtime_error("Cannot read " + path.string());
  return content;
}

Manifest ReadManifest(const std::filesystem::path& path) {
  std::istringstream lines(ReadFile(path));
  Reader reader(path.parent_path());
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    try {
      reader.Line(line);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(path.string() + ", line " + std::to_string(number) + ": " +
                               error.what());
    }
  }
  return reader.Take();
}

}  // namespace movinet
