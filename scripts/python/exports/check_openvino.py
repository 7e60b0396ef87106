"""Runs a frozen export by OpenVINO and prints, or compares, its logits on the reference clip.

OpenVINO reads the graph as it is. A SavedModel of `movinet export` it reads too: `openvino.Core().read_model(folder)`; see check_openvino_saved_model.py.
"""

import sys
from pathlib import Path

import openvino
from frozen_export import check, inputs_of, outputs_of

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))
from run_openvino import read_graph


def open_openvino(folder: Path, signature: dict):
    inputs, outputs = inputs_of(signature), outputs_of(signature)
    model = read_graph(str(folder / "frozen_graph.pb"), {one["tensor"]: one["shape"] for one in inputs}, outputs)
    # Without the hint it computes in bfloat16 where the processor can.
    compiled = openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    ports = [next(port for port in compiled.inputs if one["tensor"] in port.names) for one in inputs]

    def call(arrays):
        results = compiled(dict(zip(ports, arrays)))
        return [results[index] for index in range(len(outputs))]

    return f"OpenVINO {openvino.__version__}", call


if __name__ == "__main__":
    sys.exit(check(__doc__, open_openvino))
