"""Runs a frozen export by OpenVINO and prints, or compares, its logits on the reference clip.

OpenVINO reads the graph as it is. A SavedModel of `movinet export` it reads too: `openvino.Core().read_model(folder)`; see check_openvino_saved_model.py.
"""

import sys
from pathlib import Path

import openvino
from frozen_export import check, inputs_of, outputs_of
from openvino.frontend import FrontEndManager


def open_openvino(folder: Path, signature: dict):
    inputs, outputs = inputs_of(signature), outputs_of(signature)
    frontend = FrontEndManager().load_by_framework("tf")
    graph = frontend.load(str(folder / "frozen_graph.pb"))
    places = {name: graph.get_place_by_tensor_name(name) for name in [*(one["tensor"] for one in inputs), *outputs]}
    graph.override_all_inputs([places[one["tensor"]] for one in inputs])
    graph.override_all_outputs([places[name] for name in outputs])
    for one in inputs:
        graph.set_partial_shape(places[one["tensor"]], openvino.PartialShape(one["shape"]))
    # Without the hint it computes in bfloat16 where the processor can.
    compiled = openvino.compile_model(frontend.convert(graph), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    ports = [next(port for port in compiled.inputs if one["tensor"] in port.names) for one in inputs]

    def call(arrays):
        results = compiled(dict(zip(ports, arrays)))
        return [results[index] for index in range(len(outputs))]

    return f"OpenVINO {openvino.__version__}", call


if __name__ == "__main__":
    sys.exit(check(__doc__, open_openvino))
