"""Runs a SavedModel of `movinet export` by OpenVINO and prints, or compares, its logits on the reference clip."""

import argparse
import sys
from pathlib import Path

import numpy as np
import openvino

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from logits_check import DEFAULT_CLIP_SHAPE, add_arguments, read_expected, report
from reference_values import reference_clip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="folder of the SavedModel, signature serving_default")
    add_arguments(parser)
    arguments = parser.parse_args()
    shape = arguments.clip_shape or DEFAULT_CLIP_SHAPE
    try:
        expected = read_expected(arguments.expected) if arguments.expected else None
        model = openvino.Core().read_model(arguments.folder)
        model.reshape(list(shape))
        compiled = openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        results = compiled([reference_clip(shape)])
        logits = next(results[port] for port in compiled.outputs if "logits" in port.names)
    except Exception as error:  # whatever it raises, one line tells it
        sys.exit(f"{arguments.folder}: {' '.join(str(error).split())[:300]}")
    what = {"saved_model": arguments.folder, "engine": f"OpenVINO {openvino.__version__}"}
    return report(what, shape, np.asarray(logits), expected)


if __name__ == "__main__":
    sys.exit(main())
