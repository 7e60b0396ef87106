"""What the checks share: the input clip, the comparison with expected logits and the printed line."""

import argparse
import json

import numpy as np

# The clip of the golden numbers.
DEFAULT_CLIP_SHAPE = (2, 5, 58, 50, 3)
MAX_RELATIVE_ERROR = 1e-4


def clip_shape(text: str) -> tuple[int, ...]:
    """Parses batch,frames,height,width into the shape of an RGB clip."""
    sizes = tuple(int(size) for size in text.split(","))
    if len(sizes) != 4 or min(sizes) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not batch,frames,height,width")
    return (*sizes, 3)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--clip-shape",
        type=clip_shape,
        metavar="B,T,H,W",
        help="shape of the input clip (default: what the model fixes, 2,5,58,50 where it leaves a size free)",
    )
    parser.add_argument(
        "--expected",
        metavar="FILE",
        help="JSON list of the expected logits, or an object with such a list as `logits`",
    )


def read_expected(path: str) -> np.ndarray:
    """The expected logits, row-major. Raises OSError or ValueError."""
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    if isinstance(content, dict):
        content = content.get("logits")
    if not isinstance(content, list):
        raise ValueError(f"{path} holds no list of logits")
    return np.asarray(content, np.float64).ravel()


def relative_error(actual: np.ndarray, expected: np.ndarray) -> float:
    """Largest difference over largest expected magnitude; infinite where the sizes differ or a value is not finite."""
    actual = actual.astype(np.float64).ravel()
    if actual.size != expected.size or not np.isfinite(actual).all():
        return float("inf")
    difference = float(np.max(np.abs(actual - expected)))
    magnitude = float(np.max(np.abs(expected)))
    return difference / magnitude if magnitude > 0 else difference


def report(what: dict, shape: tuple[int, ...], logits: np.ndarray, expected: np.ndarray | None) -> int:
    """Prints one JSON line and gives the exit status: 1 where the logits differ from the expected ones."""
    line = {**what, "clip_shape": list(shape), "logits_shape": list(logits.shape)}
    passed = bool(np.isfinite(logits).all())
    if expected is not None:
        error = relative_error(logits, expected)
        passed = error <= MAX_RELATIVE_ERROR
        # JSON has no infinity.
        line["relative_error"] = error if np.isfinite(error) else None
        line["expected_values"] = int(expected.size)
    line["passed"] = passed
    line["logits"] = [value if np.isfinite(value) else None for value in logits.ravel().tolist()]
    print(json.dumps(line))
    return 0 if passed else 1
