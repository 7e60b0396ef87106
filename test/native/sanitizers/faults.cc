// Faults on purpose, for scripts/testing/faults.mjs: each sanitizer must find its own from inside
// Node, whatever the suppressions in this folder hide.
#include <node_api.h>

#include <limits>
#include <thread>

namespace {

/// Keeps the compiler from seeing through a fault; `volatile` below, from leaving it out.
template <typename T>
T Opaque(T value) {
  volatile T kept = value;
  return kept;
}

void Leak() { *Opaque(new int(1)) = 2; }

void UseAfterFree() {
  volatile int* freed = Opaque(new int(1));
  delete Opaque(freed);
  *freed = 2;  // NOLINT(clang-analyzer-cplusplus.NewDelete)
}

void Overflow() { Opaque(Opaque(std::numeric_limits<int>::max()) + 1); }

void Race() {
  int shared = 0;
  const auto count = [&shared] {
    for (int i = 0; i < 1000; ++i) *Opaque(&shared) += 1;
  };
  std::thread first(count);
  std::thread second(count);
  first.join();
  second.join();
}

template <void (*kFault)()>
napi_value Call(napi_env /*env*/, napi_callback_info /*info*/) {
  kFault();
  return nullptr;
}

void Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  Export(env, exports, "leak", Call<Leak>);
  Export(env, exports, "useAfterFree", Call<UseAfterFree>);
  Export(env, exports, "overflow", Call<Overflow>);
  Export(env, exports, "race", Call<Race>);
  return exports;
}
