#pragma once

#include <napi.h>

namespace movinet {

/// The JavaScript class `Session` (lib/native/session.ts).
///
/// `createSession(graph, config?, target?)` → Promise of a Session.
Napi::Value CreateSession(const Napi::CallbackInfo& info);
/// `loadSavedModel(directory, tags, config?)` → Promise of `{ graph, session, metaGraphDef }`.
Napi::Value LoadSavedModel(const Napi::CallbackInfo& info);

}  // namespace movinet
