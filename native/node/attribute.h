#pragma once

#include <napi.h>

#include "tensorflow/graph.h"

namespace movinet {

/// Reads an attribute as lib/native/graph.ts writes it: a boolean, a string, or an object with one
/// key that names the kind (`{ int: 2 }`, `{ type: 'float32' }`, `{ shape: [2, -1] }`, …). Throws a
/// TypeError for anything else.
AttributeValue AttributeFromJs(Napi::Value value);

/// null for an unknown rank.
ShapeAttribute ShapeAttributeFromJs(Napi::Value value);

}  // namespace movinet
