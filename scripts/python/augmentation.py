"""Computes the numbers of test/fixtures/augmentation.json in plain NumPy: frames that are cropped, mirrored and coloured while
they are resized, and mixed clips.

Each function is the definition, in the float32 steps of the addon: what it gives is compared bit for bit. Needs NumPy alone.
"""

import json
import sys
from typing import Callable, Optional

import numpy as np

ONE = np.float32(1)
SAMPLED = 12

Crop = tuple[float, float, float, float]
"""Left edge, top edge, width and height as shares of the frame's."""
Box = tuple[int, int, int, int]
"""Left edge, top edge, width and height in pixels."""

GREY = [0.299, 0.587, 0.114, 0.0] * 3
BRIGHT = [1.5, 0, 0, 0.2, 0, 0.75, 0, -0.1, 0.25, -0.5, 1.25, 0.0]
SWAPPED = [0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0.0]
BEYOND = [9, 9, 9, -2, -9, 0, 0, 0.5, 0, 0, 0, 3.0]


def frame_bytes(width: int, height: int, index: int = 0) -> np.ndarray:
    """uint8 RGB [height, width, 3], by a formula that any program can repeat."""
    y, x, c = np.ogrid[:height, :width, :3]
    value = 37 * x + 71 * y + 113 * c + 5 * (x * y % 251) + 3 * (x * x % 17) * (y % 13) + 29 * index
    return (value % 256).astype(np.uint8)


def to_floats(frame: np.ndarray) -> np.ndarray:
    return frame.astype(np.float32) * (ONE / np.float32(255))


def taps(source: int, target: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each target coordinate, by half-pixel centres: the two source coordinates that it mixes, and the weight of the upper."""
    scale = np.float32(source) / np.float32(target)
    position = (np.arange(target, dtype=np.float32) + np.float32(0.5)) * scale - np.float32(0.5)
    lower = np.floor(position)
    upper = np.ceil(position).astype(int)
    return np.maximum(lower.astype(int), 0), np.minimum(upper, source - 1), position - lower


def resize(frame: np.ndarray, height: int, width: int) -> np.ndarray:
    """float32 [height, width, 3], bilinear without antialiasing: first along the rows, then between them."""
    left, right, across = taps(frame.shape[1], width)
    top, bottom, down = taps(frame.shape[0], height)
    rows = frame[:, left] + (frame[:, right] - frame[:, left]) * across[None, :, None]
    return rows[top] + (rows[bottom] - rows[top]) * down[:, None, None]


def padded_size(height: int, width: int, size: int) -> tuple[int, int, int, int]:
    """Height and width of the picture in its square, and the zero rows above and columns left of it, as TensorFlow rounds them."""
    target = np.float32(size)
    ratio = max(np.float32(width) / target, np.float32(height) / target)
    exact_height, exact_width = np.float32(height) / ratio, np.float32(width) / ratio
    top = max(0, int(np.floor((target - exact_height) / np.float32(2))))
    left = max(0, int(np.floor((target - exact_width) / np.float32(2))))
    return int(np.floor(exact_height)), int(np.floor(exact_width)), top, left


def crop_box(crop: Crop, height: int, width: int) -> Box:
    """Edges on whole pixels, rounded half away from zero, at least one pixel apart."""

    def span(begin: float, length: float, pixels: int) -> tuple[int, int]:
        first = min(int(begin * pixels + 0.5), pixels - 1)
        return first, max(min(int((begin + length) * pixels + 0.5), pixels) - first, 1)

    left, box_width = span(crop[0], crop[2], width)
    top, box_height = span(crop[1], crop[3], height)
    return left, top, box_width, box_height


def colour_pixels(picture: np.ndarray, matrix: list[float]) -> np.ndarray:
    """Each of red, green and blue becomes a mix of the three and 1, clamped to [0, 1]."""
    m = np.array(matrix, dtype=np.float32).reshape(3, 4)
    red, green, blue = (picture[..., c : c + 1] for c in range(3))
    mixed = m[:, 0] * red + m[:, 1] * green + m[:, 2] * blue + m[:, 3]
    mixed = np.where(mixed > 0, mixed, np.float32(0))
    return np.where(mixed < ONE, mixed, ONE)


def transform(
    frame: np.ndarray, size: int, crop: Optional[Crop], flip: bool, colour: Optional[list[float]]
) -> np.ndarray:
    """float32 [size, size, 3] of a uint8 frame: the crop fills the square; a whole frame is resized with padding, always black."""
    height, width = frame.shape[:2]
    if crop is None:
        inner_height, inner_width, top, left = padded_size(height, width, size)
    else:
        x, y, crop_width, crop_height = crop_box(crop, height, width)
        frame = frame[y : y + crop_height, x : x + crop_width]
        inner_height, inner_width, top, left = size, size, 0, 0
    picture = resize(to_floats(frame), inner_height, inner_width)
    if colour is not None:
        picture = colour_pixels(picture, colour)
    square = np.zeros((size, size, 3), dtype=np.float32)
    square[top : top + inner_height, left : left + inner_width] = picture
    return square[:, ::-1] if flip else square


def mix_up(clips: np.ndarray, first: int, second: int, weight: float) -> None:
    share = np.float32(weight)
    rest = ONE - share
    one, other = clips[first].copy(), clips[second].copy()
    clips[first] = one * share + other * rest
    clips[second] = other * share + one * rest


def cut_mix(clips: np.ndarray, first: int, second: int, box: Box) -> None:
    left, top, width, height = box
    part = (slice(None), slice(top, top + height), slice(left, left + width))
    kept = clips[first][part].copy()
    clips[first][part] = clips[second][part]
    clips[second][part] = kept


def fingerprint(values: np.ndarray) -> dict:
    """What a fixture keeps of a result: some of its values, and a checksum of all."""
    flat = np.ascontiguousarray(values, dtype="<f4").reshape(-1)
    at = sorted({int(i) for i in np.linspace(0, flat.size - 1, SAMPLED)})
    bits = 0x811C9DC5
    for byte in flat.tobytes():
        bits = ((bits ^ byte) * 0x01000193) & 0xFFFFFFFF
    values = [float(flat[i]) for i in at]
    return {"at": at, "values": values, "sum": float(flat.astype(np.float64).sum()), "bits": f"{bits:08x}"}


def frame_cases() -> list[dict]:
    """Odd sizes, narrow crops, crops at borders, edges that are rounded, and padding that is wider on one side."""
    cases: list[tuple[int, int, int, Optional[Crop], bool, Optional[list[float]]]] = [
        (32, 24, 16, None, False, None),
        (32, 24, 16, None, True, None),
        (5, 9, 8, None, True, None),
        (9, 5, 8, None, True, BRIGHT),
        (23, 41, 17, None, True, GREY),
        (23, 41, 17, None, False, BEYOND),
        (32, 24, 16, (0, 0, 1, 1), False, None),
        (32, 24, 16, (0, 0, 0.5, 0.5), False, None),
        (32, 24, 16, (0.5, 0.5, 0.5, 0.5), True, None),
        (33, 25, 16, (0.125, 0, 0.75, 1), True, BRIGHT),
        (5, 7, 9, (0.1, 0.5, 0.4, 0.5), False, None),
        (31, 19, 12, (0.3, 0.2, 0.37, 0.61), True, SWAPPED),
        (40, 30, 14, (0.97, 0, 0.001, 1), False, None),
        (40, 30, 14, (0, 0.999, 1, 0.001), True, None),
        (40, 30, 14, (0.995, 0.995, 0.005, 0.005), False, GREY),
        (1, 1, 5, (0.2, 0.7, 0.1, 0.1), True, BRIGHT),
        (300, 7, 10, (0.4, 0, 0.01, 1), False, BEYOND),
        (64, 48, 31, (0.0625, 0.25, 0.625, 0.7), True, None),
    ]
    results = []
    for width, height, size, crop, flip, colour in cases:
        case = {"width": width, "height": height, "size": size, "flip": flip, "crop": list(crop or []), "colour": colour or []}
        if crop is not None:
            case["box"] = list(crop_box(crop, height, width))
        results.append(case | fingerprint(transform(frame_bytes(width, height), size, crop, flip, colour)))
    return results


def mix_cases() -> list[dict]:
    """Batches of clips whose frame k of all is frame_bytes(size, size, k); a pair has a weight or a box."""
    cases = [
        (2, 3, 8, [{"first": 0, "second": 1, "weight": 0.3}]),
        (2, 1, 7, [{"first": 1, "second": 0, "weight": 1}]),
        (2, 2, 5, [{"first": 0, "second": 1, "weight": 0}]),
        (3, 2, 9, [{"first": 2, "second": 0, "box": [2, 1, 4, 7]}]),
        (2, 2, 9, [{"first": 0, "second": 1, "box": [0, 0, 9, 9]}]),
        (2, 2, 9, [{"first": 0, "second": 1, "box": [9, 3, 0, 2]}]),
        (5, 2, 6, [{"first": 0, "second": 4, "weight": 0.8125}, {"first": 3, "second": 1, "box": [5, 5, 1, 1]}]),
    ]
    results = []
    for slots, frames, size, mixes in cases:
        each = [to_floats(frame_bytes(size, size, k)) for k in range(slots * frames)]
        clips = np.stack(each).reshape(slots, frames, size, size, 3)
        for mix in mixes:
            if "box" in mix:
                cut_mix(clips, mix["first"], mix["second"], mix["box"])
            else:
                mix_up(clips, mix["first"], mix["second"], mix["weight"])
        results.append({"slots": slots, "frames": frames, "size": size, "mixes": mixes} | fingerprint(clips))
    return results


SECTIONS: dict[str, Callable[[], list[dict]]] = {"frames": frame_cases, "mixes": mix_cases}

EXPLANATIONS = {
    "source": f"scripts/python/augmentation.py, numpy {np.__version__}",
    "frame": "RGB byte at row y, column x, channel c of frame k, which is 0 but for mixes: "
    "(37x + 71y + 113c + 5(xy mod 251) + 3(x*x mod 17)(y mod 13) + 29k) mod 256; as a value: times float32 1/255",
    "fields": "crop, colour: [] for none; box: the crop in pixels; at: flat indices, values: their values; "
    "sum: of all values in float64; bits: 32-bit FNV-1a of the little-endian float32 bytes",
}


def main() -> int:
    if len(sys.argv) > 1:
        print(f"usage: {sys.argv[0]} > test/fixtures/augmentation.json", file=sys.stderr)
        return 2
    print(json.dumps(EXPLANATIONS | {name: make() for name, make in SECTIONS.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
