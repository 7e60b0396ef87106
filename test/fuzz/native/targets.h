#pragma once

#include <cstddef>
#include <cstdint>

/// What is fuzzed: each takes the bytes of a file that somebody else made, and returns whether the
/// library reads it or refuses it by one of its own errors; any other exception leaves the
/// function. With MOVINET_FUZZER a target's file also has libFuzzer's entry.
namespace movinet::fuzz {

/// A video file, by VideoReader and ClipReader.
void Video(const uint8_t* data, size_t size);
/// The `saved_model.pb` of a SavedModel and, after it, the index and the data of its variables; see
/// saved_model.cc for how the three stand in one input.
void SavedModel(const uint8_t* data, size_t size);

}  // namespace movinet::fuzz
