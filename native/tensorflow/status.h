#pragma once

#include <stdexcept>
#include <string>

#include "tensorflow/handles.h"

namespace movinet {

/// A failure that TensorFlow reported; `code()` is the canonical name, such as "INVALID_ARGUMENT".
class TensorFlowError : public std::runtime_error {
 public:
  TensorFlowError(TF_Code code, const std::string& message);
  const char* code() const noexcept { return code_; }

 private:
  const char* code_;
};

/// Owns a TF_Status; pass `get()` to the C API, then call `ThrowIfError()`.
class Status {
 public:
  Status();
  TF_Status* get() noexcept { return status_.get(); }
  /// Throws TensorFlowError unless the last call succeeded. `context` says what was tried.
  void ThrowIfError(const std::string& context = {}) const;

 private:
  StatusHandle status_;
};

/// Frees a session that is closed; there is nobody to tell of a failure.
struct SessionDeleter {
  void operator()(TF_Session* session) const noexcept {
    Status status;
    TF_DeleteSession(session, status.get());
  }
};
using SessionHandle = std::unique_ptr<TF_Session, SessionDeleter>;

}  // namespace movinet
