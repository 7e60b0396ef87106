#pragma once

#include <functional>

/// Makes what is worked on, and returns the work, whose instructions are counted: always the same,
/// on one thread. Each program defines it.
std::function<void()> Prepare();
