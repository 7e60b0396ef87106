"""Converts a frozen graph to ONNX or to LiteRT's format, its inputs of fixed shapes.

`--signature` is JSON: `inputs`, a list of `name`, `shape` and, of a stream's state, `next`, the output that is its next value; `logits`.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
OPSET = 18


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", type=Path, required=True, metavar="FILE", help="serialized GraphDef")
    parser.add_argument("--signature", type=json.loads, required=True, metavar="JSON", help="what is fed and fetched")
    parser.add_argument("--to", choices=("onnx", "tflite"), required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    write_whole(arguments.out, convert(arguments.graph, arguments.signature, arguments.to))
    return 0


def write_whole(file: Path, content: bytes) -> None:
    """Whole or not at all: what has this name is used again."""
    temporary = file.with_name(file.name + ".tmp")
    temporary.write_bytes(content)
    temporary.rename(file)


def convert(graph: Path, signature: dict, to: str) -> bytes:
    """What the converter makes of a graph; `signature` as the command takes it, `to`: `onnx` or `tflite`."""
    # Only now: importing TensorFlow takes seconds, and a usage error should not wait for it.
    import tensorflow as tf

    graph_def = tf.compat.v1.GraphDef.FromString(graph.read_bytes())
    inputs = signature["inputs"]
    outputs = [signature["logits"], *(one["next"] for one in inputs[1:])]
    shapes = {one["name"].split(":")[0]: one["shape"] for one in inputs}
    for node in graph_def.node:
        if node.name in shapes:
            node.attr["shape"].shape.CopyFrom(tf.TensorShape(shapes[node.name]).as_proto())
            node.attr.pop("_output_shapes", None)
    return (to_onnx if to == "onnx" else to_tflite)(graph_def, [one["name"] for one in inputs], outputs)


def to_onnx(graph_def, inputs: list[str], outputs: list[str]) -> bytes:
    import tf2onnx

    model, _ = tf2onnx.convert.from_graph_def(graph_def, input_names=inputs, output_names=outputs, opset=OPSET)
    return model.SerializeToString()


def to_tflite(graph_def, inputs: list[str], outputs: list[str]) -> bytes:
    import tensorflow as tf
    from protocol import signature_name

    wrapped = tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(graph_def, name=""), [])
    pruned = wrapped.prune(
        [wrapped.graph.get_tensor_by_name(name) for name in inputs],
        {signature_name(name): wrapped.graph.get_tensor_by_name(name) for name in outputs},
    )
    module = tf.Module()

    @tf.function(
        input_signature=[
            tf.TensorSpec(tensor.shape, tensor.dtype, name=signature_name(name))
            for name, tensor in ((name, wrapped.graph.get_tensor_by_name(name)) for name in inputs)
        ]
    )
    def call(*arguments):
        return pruned(*arguments)

    module.call = call
    converter = tf.lite.TFLiteConverter.from_concrete_functions([call.get_concrete_function()], module)
    return converter.convert()


if __name__ == "__main__":
    sys.exit(main())
