"""Runs a frozen export by TensorFlow and prints, or compares, its logits on the reference clip."""

import os
import sys
from pathlib import Path

from frozen_export import check, inputs_of, outputs_of


def open_tensorflow(folder: Path, signature: dict):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf

    graph = tf.compat.v1.GraphDef.FromString((folder / "frozen_graph.pb").read_bytes())
    wrapped = tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(graph, name=""), [])
    tensor = wrapped.graph.get_tensor_by_name
    run = wrapped.prune(
        [tensor(one["tensor"]) for one in inputs_of(signature)], [tensor(name) for name in outputs_of(signature)]
    )

    def call(arrays):
        return [result.numpy() for result in run(*(tf.constant(array) for array in arrays))]

    return f"TensorFlow {tf.__version__}", call


if __name__ == "__main__":
    sys.exit(check(__doc__, open_tensorflow))
