"""What the checks of a frozen export share: its signature, the calls that one clip takes, the printed line."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from logits_check import DEFAULT_CLIP_SHAPE, add_arguments, read_expected, report
from reference_values import reference_clip

# Frames of a clip that a stream is shown, one call each.
STREAM_FRAMES = 3


def read_signature(folder: Path, clip_shape: tuple[int, ...] | None = None) -> dict:
    """The content of `signature.json`, every free size fixed as `clip_shape` says, or as the golden numbers have it."""
    signature = json.loads((folder / "signature.json").read_text(encoding="utf-8"))
    image = signature["image"]
    wanted = clip_shape or DEFAULT_CLIP_SHAPE
    image["shape"] = [given if size == -1 else size for size, given in zip(image["shape"], wanted)]
    for state in signature["states"]:
        state["shape"] = [image["shape"][0] if axis == 0 and size == -1 else size for axis, size in enumerate(state["shape"])]
        if -1 in state["shape"]:
            raise ValueError("a stream's states need a frozen size: export with --clip-shape")
    return signature


def inputs_of(signature: dict) -> list[dict]:
    """The image, then the states, each with `tensor`, `dtype` and `shape`."""
    return [signature["image"], *signature["states"]]


def outputs_of(signature: dict) -> list[str]:
    """Logits, then the states' next values in the order of the inputs."""
    return [signature["logits"]["tensor"], *(state["next"] for state in signature["states"])]


def run_clip(signature: dict, call) -> tuple[tuple[int, ...], np.ndarray]:
    """The reference clip and its logits. `call(arrays)` takes the inputs in order and gives the outputs in order."""
    states = [np.zeros(state["shape"], state["dtype"]) for state in signature["states"]]
    batch, frames, *rest = signature["image"]["shape"]
    if not states:
        shape = (batch, frames, *rest)
        return shape, call([reference_clip(shape)])[0]
    shape = (batch, STREAM_FRAMES * frames, *rest)
    clip = reference_clip(shape)
    for first in range(0, shape[1], frames):
        logits, *states = call([np.ascontiguousarray(clip[:, first : first + frames]), *states])
    return shape, logits


def check(description: str, open_engine, *, converted: str | None = None) -> int:
    """Runs an engine on an export and prints one JSON line. `open_engine(path, signature)` gives its name with the version, and `call` as in `run_clip`.

    `converted`: what the engine reads is a file that `convert_export.py --to` made, not the folder.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="what `movinet export --format frozen` or `frozen-stream` wrote")
    if converted is not None:
        text = f"what convert_export.py --to {converted} made of it, with the same --clip-shape"
        parser.add_argument("--file", type=Path, required=True, help=text)
    add_arguments(parser)
    arguments = parser.parse_args()
    try:
        expected = read_expected(arguments.expected) if arguments.expected else None
        signature = read_signature(arguments.folder, arguments.clip_shape)
        path = arguments.folder if converted is None else arguments.file
        engine, call = open_engine(path, signature)
        shape, logits = run_clip(signature, call)
    except Exception as error:  # whatever an engine raises, one line tells it
        sys.exit(f"{arguments.folder}: {' '.join(str(error).split())[:300]}")
    return report({"export": str(arguments.folder), "engine": engine}, shape, np.asarray(logits), expected)
