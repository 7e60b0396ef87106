#include "tensorflow/saved_model_check.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tensorflow/status.h"
#include "video_files.h"

namespace movinet {
namespace {

std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

std::string Number(int field, uint64_t value) { return Varint(field * 8) + Varint(value); }

std::string Message(int field, const std::string& content) {
  return Varint(field * 8 + 2) + Varint(content.size()) + content;
}

std::string Shape(const std::vector<uint64_t>& dims) {
  std::string shape;
  for (const uint64_t dim : dims) shape += Message(2, Number(1, dim));
  return shape;
}

/// An AttrValue: one float32 that stands for a tensor of this shape.
std::string Filled(const std::string& shape) {
  return Message(8, Number(1, 1) + Message(2, shape) + Message(5, "\x01\x02\x03\x04"));
}

std::string Attribute(const std::string& value) {
  return Message(5, Message(1, "value") + Message(2, value));
}

/// A node of the graph, or of a function of it.
std::string Model(const std::string& attribute) {
  return Message(2, Message(2, Message(1, attribute)));
}

std::string FunctionModel(const std::string& attribute) {
  return Message(2, Message(2, Message(2, Message(1, Message(3, attribute)))));
}

/// Whether the check passes the folder.
bool Passes(const TemporaryFolder& folder) {
  try {
    CheckSavedModel(folder.path().string());
    return true;
  } catch (const TensorFlowError&) {
    return false;
  }
}

bool Passes(const std::string& saved_model) {
  const TemporaryFolder folder;
  std::ofstream(folder.File("saved_model.pb"), std::ios::binary) << saved_model;
  return Passes(folder);
}

TEST(SavedModelCheckTest, PassesWhatMayBeFilled) {
  EXPECT_TRUE(Passes(""));
  EXPECT_TRUE(Passes(Model(Attribute(Filled(Shape({16, 1024, 1024}))))));
  EXPECT_TRUE(Passes(FunctionModel(Attribute(Filled(Shape({}))))));
}

TEST(SavedModelCheckTest, RefusesConstantsFarLargerThanTheirFile) {
  const std::string huge = Filled(Shape({uint64_t{1} << 31}));
  EXPECT_FALSE(Passes(Model(Attribute(huge))));
  EXPECT_FALSE(Passes(FunctionModel(Attribute(huge))));
  // In a list of tensors, and in the attributes of a function's name.
  EXPECT_FALSE(Passes(Model(Attribute(Message(1, huge)))));
  EXPECT_FALSE(Passes(Model(Attribute(Message(10, Message(2, Message(2, huge)))))));
  // Together, though each may be.
  const std::string large = Attribute(Filled(Shape({1 << 26})));
  EXPECT_TRUE(Passes(Model(large)));
  EXPECT_FALSE(Passes(Model(large + large + large)));
}

TEST(SavedModelCheckTest, RefusesShapesThatEndTensorFlowsProcess) {
  EXPECT_FALSE(Passes(Model(Attribute(Filled(Shape({uint64_t{1} << 62, 8}))))));
  EXPECT_FALSE(Passes(Model(Attribute(Filled(Shape({~uint64_t{0}}))))));
}

TEST(SavedModelCheckTest, IsNotDeceivedByFieldsThatTensorFlowMerges) {
  const std::string half = Message(2, Shape({1 << 20}));
  const std::string merged = Message(8, Number(1, 1) + half + half);
  EXPECT_FALSE(Passes(Model(Attribute(merged))));
  // A size of another kind is none.
  const std::string other_kind = Message(2, Number(1, uint64_t{1} << 40) + Message(1, "x"));
  EXPECT_FALSE(Passes(Model(Attribute(Filled(other_kind)))));
}

TEST(SavedModelCheckTest, RefusesWhatIsNoModel) {
  EXPECT_FALSE(Passes(TemporaryFolder()));
  EXPECT_FALSE(Passes("<!doctype html>"));
  const std::string whole = Model(Attribute(Filled(Shape({2}))));
  EXPECT_FALSE(Passes(whole.substr(0, whole.size() - 1)));
  std::string deep = Filled(Shape({2}));
  for (int i = 0; i < 200; ++i) deep = Message(10, Message(2, Message(2, deep)));
  EXPECT_FALSE(Passes(Model(Attribute(deep))));
}

/// A table file of one block with these values, without checksums.
std::string Index(const std::vector<std::string>& entries) {
  const auto block = [](const std::vector<std::string>& values) {
    std::string bytes;
    for (size_t i = 0; i < values.size(); ++i) {
      // The header's key is empty.
      const std::string key = i == 0 && values.size() > 1 ? "" : std::string(1, 'a');
      bytes += Varint(0) + Varint(key.size()) + Varint(values[i].size()) + key + values[i];
    }
    return bytes + std::string(4, '\0') + std::string("\x01\0\0\0", 4);
  };
  std::vector<std::string> values = {Number(1, 1)};
  values.insert(values.end(), entries.begin(), entries.end());
  const std::string data = block(values);
  const std::string handles = block({Varint(0) + Varint(data.size())});
  std::string footer = Varint(0) + Varint(0) + Varint(data.size() + 5) + Varint(handles.size());
  footer.resize(40);
  footer += "\x57\xfb\x80\x8b\x24\x75\x47\xdb";
  return data + std::string(5, '\0') + handles + std::string(5, '\0') + footer;
}

bool PassesVariables(const std::vector<std::string>& entries) {
  const TemporaryFolder folder;
  std::ofstream(folder.File("saved_model.pb"), std::ios::binary) << "";
  std::filesystem::create_directory(folder.path() / "variables");
  std::ofstream(folder.path() / "variables/variables.index", std::ios::binary) << Index(entries);
  std::ofstream(folder.path() / "variables/variables.data-00000-of-00001") << std::string(24, 'x');
  return Passes(folder);
}

std::string Entry(const std::vector<uint64_t>& dims, uint64_t size) {
  return Number(1, 1) + Message(2, Shape(dims)) + Number(5, size);
}

TEST(SavedModelCheckTest, RefusesVariablesLargerThanTheirData) {
  EXPECT_TRUE(PassesVariables({Entry({2, 3}, 24)}));
  EXPECT_FALSE(PassesVariables({Entry({2, 3}, 24), Entry({2, 4}, 24)}));
  EXPECT_FALSE(PassesVariables({Entry({uint64_t{1} << 40}, 24)}));
  EXPECT_FALSE(PassesVariables({Entry({uint64_t{1} << 20}, 4 << 20)}));
  EXPECT_FALSE(PassesVariables({Entry({2, 3}, ~uint64_t{0})}));
}

}  // namespace
}  // namespace movinet
