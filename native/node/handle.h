#pragma once

#include <napi.h>

#include <string>
#include <utility>

#include "node/addon_data.h"

namespace movinet {

/// Base of the JavaScript classes. An object is made by `Create` alone, of a `Held`, and tagged: a
/// mixed-up one is a TypeError and no crash. `Wrap` has `kName`, `kTag` and `Define`, and takes
/// `held()` in its constructor.
template <typename Wrap, typename Held>
class Handle : public Napi::ObjectWrap<Wrap> {
 public:
  static Napi::Object Create(Napi::Env env, Held held) {
    AddonData* data = GetAddonData(env);
    auto found = data->classes.find(&Wrap::kTag);
    if (found == data->classes.end()) {
      const Napi::Function defined = Wrap::Define(env);
      found = data->classes.emplace(&Wrap::kTag, Napi::Persistent(defined)).first;
    }
    data->creating = &held;
    try {
      return found->second.New({});
    } catch (...) {
      data->creating = nullptr;
      throw;
    }
  }

  /// A property that `getter` reads, which checks its receiver by From(). ObjectWrap's own
  /// accessors call a member of whatever they are read from, before anything can be checked.
  template <Napi::Value (*getter)(const Napi::CallbackInfo&)>
  static Napi::ClassPropertyDescriptor<Wrap> Accessor(const char* name) {
    napi_property_descriptor descriptor{};
    descriptor.utf8name = name;
    descriptor.getter = [](napi_env env, napi_callback_info given) -> napi_value {
      return Napi::details::WrapCallback(env, [env, given] {
        const Napi::CallbackInfo info(env, given);
        return static_cast<napi_value>(getter(info));
      });
    };
    return Napi::ClassPropertyDescriptor<Wrap>(descriptor);
  }

  /// Throws a TypeError unless `value` is such an object.
  static Wrap& From(Napi::Value value) {
    if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&Wrap::kTag)) {
      throw Napi::TypeError::New(value.Env(), std::string("Expected a ") + Wrap::kName);
    }
    return *Wrap::Unwrap(value.As<Napi::Object>());
  }

 private:
  friend Wrap;

  explicit Handle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Wrap>(info) {
    AddonData* data = GetAddonData(info.Env());
    held_ = static_cast<Held*>(std::exchange(data->creating, nullptr));
    if (held_ == nullptr) {
      throw Napi::TypeError::New(info.Env(), std::string("A ") + Wrap::kName +
                                                 " cannot be constructed: the addon makes it");
    }
    info.This().As<Napi::Object>().TypeTag(&Wrap::kTag);
  }
  /// What the object is made of. In the constructor only.
  Held& held() const noexcept { return *held_; }

  Held* held_;
};

}  // namespace movinet
