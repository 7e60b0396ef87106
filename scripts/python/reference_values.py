"""Numbers that any program can regenerate: computed from a name and an index, so no file has to travel with a check."""

import numpy as np


def fnv1a(text: str) -> int:
    """FNV-1a, 32 bits, of the text's UTF-8 bytes."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def reference_values(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """float32 values in [-1, 1], row-major: (i * 2654435761 + FNV-1a(name)) mixed by murmur3's 32-bit finaliser."""
    x = np.arange(int(np.prod(shape)), dtype=np.uint32)
    x = x * np.uint32(2654435761) + np.uint32(fnv1a(name))
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return (x / 2**31 - 1).astype(np.float32).reshape(shape)


def reference_clip(shape: tuple[int, ...]) -> np.ndarray:
    """The clip of the golden numbers, [batch, frames, height, width, 3], float32 in [0, 1]."""
    return (reference_values("input", shape) + np.float32(1)) / np.float32(2)
