#pragma once

// What each file of kernels includes first: the instruction sets that it is compiled for, chosen
// between when the program runs. They are what the whole program is built for, which every
// processor has, AVX2 with FMA, and AVX-512 as Skylake-SP and Zen 4 have it; on Arm, NEON. Each
// further one would cost its own copy of all kernels.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS \
  (0xFFLL | HWY_SSSE3 | HWY_SSE4 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#endif
