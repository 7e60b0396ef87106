"""Restores a checkpoint into the official MovinetClassifier and prints, or compares, its logits on the reference clip."""

import argparse
import sys

from logits_check import DEFAULT_CLIP_SHAPE, add_arguments, read_expected, report
from reference_values import reference_clip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prefix", help="checkpoint prefix, such as folder/ckpt-1")
    parser.add_argument("--model", required=True, metavar="ID", help="a0…a5, then -base, -stream or -stream-relu6")
    parser.add_argument("--classes", type=int, default=600, help="classes of the head (default 600)")
    add_arguments(parser)
    arguments = parser.parse_args()

    try:
        expected = read_expected(arguments.expected) if arguments.expected else None
    except (OSError, ValueError) as error:
        sys.exit(str(error))

    # Only now: importing TensorFlow takes seconds, and a usage error should not wait for it.
    from official_model import MODEL_IDS, CheckpointError, build_backbone, build_classifier, restore_checkpoint

    if arguments.model not in MODEL_IDS:
        parser.error(f"unknown model {arguments.model}: choose one of {', '.join(MODEL_IDS)}")
    model = build_classifier(arguments.model, build_backbone(arguments.model), arguments.classes)
    try:
        restore_checkpoint(model, arguments.prefix)
    except CheckpointError as error:
        sys.exit(str(error))

    shape = arguments.clip_shape or DEFAULT_CLIP_SHAPE
    logits = model({"image": reference_clip(shape)}, training=False).numpy()
    what = {"checkpoint": arguments.prefix, "model": arguments.model, "variables": len(model.variables)}
    return report(what, shape, logits, expected)


sys.exit(main())
