"""Runs by LiteRT what TensorFlow's converter made of a frozen export, and prints, or compares, its logits on the reference clip."""

import sys
from importlib.metadata import version
from pathlib import Path

from ai_edge_litert.interpreter import Interpreter
from frozen_export import check, inputs_of, outputs_of

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))
from protocol import signature_name


def open_litert(file: Path, signature: dict):
    runner = Interpreter(str(file)).get_signature_runner()
    inputs = [signature_name(one["tensor"]) for one in inputs_of(signature)]
    outputs = [signature_name(name) for name in outputs_of(signature)]

    def call(arrays):
        results = runner(**dict(zip(inputs, arrays)))
        return [results[name] for name in outputs]

    return f"LiteRT {version('ai-edge-litert')}", call


if __name__ == "__main__":
    sys.exit(check(__doc__, open_litert, converted="tflite"))
