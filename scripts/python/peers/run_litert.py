"""LiteRT with XNNPACK on a graph that TensorFlow has converted."""

from importlib.metadata import version

from ai_edge_litert.interpreter import Interpreter
from protocol import forward_or_frame, output_names, serve, signature_name


def open_work(request: dict):
    interpreter = Interpreter(request["model"]["path"], num_threads=request["threads"])
    runner = interpreter.get_signature_runner()
    inputs = [signature_name(one["name"]) for one in request["model"]["inputs"]]
    outputs = [signature_name(name) for name in output_names(request)]

    def call(arrays):
        results = runner(**dict(zip(inputs, arrays)))
        return [results[name] for name in outputs]

    numbers, once = forward_or_frame(request, call)
    return numbers, once, {"litert": version("ai-edge-litert")}


if __name__ == "__main__":
    serve(open_work)
