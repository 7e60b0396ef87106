#pragma once

#include <dlfcn.h>

namespace movinet {

/// A library's own function behind one that this addon puts before it; null where there is none.
template <typename Function>
Function FindNext(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace movinet
