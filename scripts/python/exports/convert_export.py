"""Converts a frozen export to ONNX or to LiteRT's format, its input of a fixed shape."""

import argparse
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))
import convert_graph
from frozen_export import inputs_of, read_signature
from logits_check import clip_shape


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what `movinet export --format frozen` or `frozen-stream` wrote")
    parser.add_argument("--to", choices=("onnx", "tflite"), required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--clip-shape", type=clip_shape, metavar="B,T,H,W", help="sizes that the export leaves free")
    arguments = parser.parse_args()
    try:
        signature = read_signature(arguments.folder, arguments.clip_shape)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    inputs = [
        {"name": one["tensor"], "shape": one["shape"], **({"next": one["next"]} if "next" in one else {})}
        for one in inputs_of(signature)
    ]
    content = convert_graph.convert(
        arguments.folder / "frozen_graph.pb", {"inputs": inputs, "logits": signature["logits"]["tensor"]}, arguments.to
    )
    convert_graph.write_whole(arguments.out, content)
    print(json.dumps({"file": str(arguments.out), "bytes": len(content)}))
    return 0


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.exit(main())
