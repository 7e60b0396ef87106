"""Runs by ONNX Runtime what tf2onnx made of a frozen export, and prints, or compares, its logits on the reference clip."""

import sys
from pathlib import Path

import onnxruntime
from frozen_export import check, inputs_of, outputs_of


def open_onnxruntime(file: Path, signature: dict):
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    inputs = [one["tensor"] for one in inputs_of(signature)]
    outputs = outputs_of(signature)
    return f"ONNX Runtime {onnxruntime.__version__}", lambda arrays: session.run(outputs, dict(zip(inputs, arrays)))


if __name__ == "__main__":
    sys.exit(check(__doc__, open_onnxruntime, converted="onnx"))
