"""OpenVINO on a frozen graph."""

import openvino
from openvino.frontend import FrontEndManager
from protocol import forward_or_frame, output_names, serve

PRECISIONS = {"float32": "f32", "bfloat16": "bf16"}


def open_work(request: dict):
    inputs = request["model"]["inputs"]
    outputs = output_names(request)
    frontend = FrontEndManager().load_by_framework("tf")
    graph = frontend.load(request["model"]["path"])
    places = {name: graph.get_place_by_tensor_name(name) for name in [*(one["name"] for one in inputs), *outputs]}
    graph.override_all_inputs([places[one["name"]] for one in inputs])
    graph.override_all_outputs([places[name] for name in outputs])
    for one in inputs:
        graph.set_partial_shape(places[one["name"]], openvino.PartialShape(one["shape"]))
    model = frontend.convert(graph)
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
