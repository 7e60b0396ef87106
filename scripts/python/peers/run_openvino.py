"""OpenVINO on a frozen graph."""

import openvino
from openvino.frontend import FrontEndManager
from protocol import forward_or_frame, output_names, serve

PRECISIONS = {"float32": "f32", "bfloat16": "bf16"}


def read_graph(path: str, shapes: dict[str, list[int]], outputs: list[str]):
    """A frozen graph from its inputs, each of a shape, to its outputs, in their orders."""
    frontend = FrontEndManager().load_by_framework("tf")
    graph = frontend.load(path)
    places = {name: graph.get_place_by_tensor_name(name) for name in [*shapes, *outputs]}
    graph.override_all_inputs([places[name] for name in shapes])
    graph.override_all_outputs([places[name] for name in outputs])
    for name, shape in shapes.items():
        graph.set_partial_shape(places[name], openvino.PartialShape(shape))
    return frontend.convert(graph)


def open_work(request: dict):
    inputs = request["model"]["inputs"]
    outputs = output_names(request)
    model = read_graph(request["model"]["path"], {one["name"]: one["shape"] for one in inputs}, outputs)
    compiled = openvino.compile_model(
        model,
        "CPU",
        {
            "INFERENCE_NUM_THREADS": request["threads"],
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": PRECISIONS[request["precision"]],
        },
    )
    infer = compiled.create_infer_request()
    ports = [next(port for port in compiled.inputs if one["name"] in port.names) for one in inputs]

    def call(arrays):
        results = infer.infer(dict(zip(ports, arrays)), share_inputs=True)
        return [results[index] for index in range(len(outputs))]

    numbers, once = forward_or_frame(request, call)
    return numbers, once, {"openvino": openvino.__version__}


if __name__ == "__main__":
    serve(open_work)
