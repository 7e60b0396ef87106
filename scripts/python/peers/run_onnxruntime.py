"""ONNX Runtime on a graph that tf2onnx has converted."""

import onnxruntime
from protocol import forward_or_frame, output_names, serve


def open_work(request: dict):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = request["threads"]
    options.inter_op_num_threads = 1
    # Its threads spin for the next operation, but not after a run, where another peer is timed.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(request["model"]["path"], options, providers=["CPUExecutionProvider"])
    inputs = [one["name"] for one in request["model"]["inputs"]]
    outputs = output_names(request)

    def call(arrays):
        return session.run(outputs, dict(zip(inputs, arrays)))

    numbers, once = forward_or_frame(request, call)
    return numbers, once, {"onnxruntime": onnxruntime.__version__}


if __name__ == "__main__":
    serve(open_work)
