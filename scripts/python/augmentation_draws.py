"""Colour matrices and crop boxes in plain NumPy, to check the numbers that training clips are augmented with.

Prints one JSON object: `test/fixtures/augmentation_draws.json`. It needs NumPy alone.
"""

import argparse
import itertools
import json

import numpy as np

LUMA = np.array([0.299, 0.587, 0.114])
YIQ = np.array([LUMA, [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])


def jittered(colour: np.ndarray, brightness: float, contrast: float, saturation: float, hue: float) -> np.ndarray:
    """One colour, step by step, unclamped: brightness, contrast about mid grey, saturation about the luma, hue about the grey axis."""
    colour = colour * brightness
    colour = 0.5 + (colour - 0.5) * contrast
    grey = LUMA @ colour
    colour = grey + (colour - grey) * saturation
    y, i, q = YIQ @ colour
    turned = (i + 1j * q) * np.exp(-2j * np.pi * hue)
    return np.linalg.solve(YIQ, [y, turned.real, turned.imag])


def matrix_of(change) -> list[float]:
    """The row-major 3 x 4 matrix of an affine change, from what it does to black and to the three primaries."""
    black = change(np.zeros(3))
    columns = [change(primary) - black for primary in np.eye(3)]
    return np.column_stack([*columns, black]).ravel().tolist()


def colours() -> list[dict]:
    cases = [(1, 1, 1, 0), (0.6, 1, 1, 0), (1, 1.4, 1, 0), (1, 1, 0.7, 0), (1, 1, 1, 0.1), (1.4, 0.6, 1.3, -0.1), (0.8, 1.2, 0, 0.5)]
    return [
        {
            **dict(zip(["brightness", "contrast", "saturation", "hue"], case)),
            "matrix": matrix_of(lambda colour, case=case: jittered(colour, *case)),
            "grey": matrix_of(lambda colour, case=case: np.full(3, LUMA @ jittered(colour, *case))),
        }
        for case in cases
    ]


def area_box(width: int, height: int, area: float, ratio: float, x: float, y: float) -> list[int]:
    """Left edge, top edge, width and height in whole pixels."""
    wanted = width * height * area
    w = int(np.clip(np.floor(np.sqrt(wanted * ratio) + 0.5), 1, width))
    h = int(np.clip(np.floor(np.sqrt(wanted / ratio) + 0.5), 1, height))
    return [min(int(x * (width - w + 1)), width - w), min(int(y * (height - h + 1)), height - h), w, h]


def square_box(width: int, height: int, along: float) -> list[int]:
    side = min(width, height)
    return [int(np.floor(along * (width - side) + 0.5)), int(np.floor(along * (height - side) + 0.5)), side, side]


def boxes() -> list[dict]:
    sizes = [(320, 240), (161, 121), (240, 320), (17, 301), (1, 1), (64, 64)]
    areas = [(1, 1, 0.3, 0.3), (0.3, 0.75, 0, 1), (0.5, 4 / 3, 0.999, 0.5), (0.08, 0.5, 0.25, 0.75), (0.9, 3, 0.5, 0.5)]
    by_area = [
        {"width": w, "height": h, "crop": {"kind": "area", "area": a, "ratio": r, "x": x, "y": y}, "box": area_box(w, h, a, r, x, y)}
        for (w, h), (a, r, x, y) in itertools.product(sizes, areas)
    ]
    squares = [
        {"width": w, "height": h, "crop": {"kind": "square", "along": along}, "box": square_box(w, h, along)}
        for (w, h), along in itertools.product(sizes, [0, 0.5, 1])
    ]
    return by_area + squares


def cut_mix_box(size: int, weight: float, x: float, y: float) -> list[int]:
    """A square box about (x, y) of 1 - weight of the area, cut off at the frame's edges."""
    half = int(0.5 * np.sqrt(1 - weight) * size)
    left, right = np.clip([int(x * size) - half, int(x * size) + half], 0, size)
    top, bottom = np.clip([int(y * size) - half, int(y * size) + half], 0, size)
    return [int(left), int(top), int(right - left), int(bottom - top)]


def cut_mixes() -> list[dict]:
    cases = itertools.product([224, 17], [(0.5, 0.5, 0.5), (0.2, 0, 0.9), (1, 0.4, 0.4), (0, 0.99, 0.01), (0.9999, 0.5, 0.5)])
    return [
        {"size": size, "weight": weight, "x": x, "y": y, "box": cut_mix_box(size, weight, x, y)}
        for size, (weight, x, y) in cases
    ]


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    print(json.dumps({"colours": colours(), "boxes": boxes(), "cut_mixes": cut_mixes()}))


if __name__ == "__main__":
    main()
