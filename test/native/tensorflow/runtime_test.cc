#include "tensorflow/runtime.h"

#include <gtest/gtest.h>

#include <string>

namespace movinet {
namespace {

TEST(TensorFlowVersionTest, TakesTheVersionItWasBuiltWithAndNewerMinorOnes) {
  for (const char* loaded : {"2.21.0", "2.21.1", "2.22.0-rc1", "2.100.0", "2.21.0-dev2026"}) {
    EXPECT_EQ(TensorFlowVersionProblem(loaded, "2.21.0", "2.12.0"), "") << loaded;
  }
  EXPECT_EQ(TensorFlowVersionProblem("2.21.0", "2.21.3", "2.12.0"), "");
}

TEST(TensorFlowVersionTest, NamesTheVersionsWhereTheyDoNotFit) {
  for (const char* loaded : {"2.20.1", "2.12.0", "3.0.0"}) {
    EXPECT_EQ(
        TensorFlowVersionProblem(loaded, "2.21.0", "2.12.0"),
        "TensorFlow " + std::string(loaded) + " was loaded, and the addon was built with 2.21.0");
  }
  for (const char* loaded : {"2.4.1", "2.11.99", "1.15.5", "unknown", ""}) {
    EXPECT_EQ(TensorFlowVersionProblem(loaded, "2.21.0", "2.12.0"),
              "TensorFlow " + std::string(loaded) +
                  " was loaded, and the least version is 2.12.0; the addon was built with 2.21.0");
  }
}

TEST(TensorFlowVersionTest, TakesTheLibraryThatTheTestsAreBuiltWith) {
  EXPECT_NO_THROW(CheckTensorFlowVersion());
}

}  // namespace
}  // namespace movinet
