"""Loads a SavedModel with tf.saved_model.load and prints, or compares, a signature's logits on the reference clip.

The signature takes one float32 input of five dimensions, the clip. Its other inputs, the states of a stream model, start at zero.
"""

import argparse
import os
import sys

from logits_check import DEFAULT_CLIP_SHAPE, add_arguments, read_expected, report
from reference_values import reference_clip

CLIP_RANK = 5


class SignatureError(Exception):
    """A signature that this check cannot run, as one line."""


def clip_input(signature) -> tuple[str, tuple]:
    """Name and static shape of the input that takes the clip: the one named `image`, else the only one of its rank."""
    inputs = signature.structured_input_signature[1]
    names = [name for name, spec in inputs.items() if spec.shape.rank == CLIP_RANK and spec.shape[-1] == 3]
    if "image" in names:
        names = ["image"]
    if len(names) != 1:
        raise SignatureError(f"cannot tell which input takes the clip among {', '.join(sorted(inputs))}")
    return names[0], tuple(inputs[names[0]].shape)


def zero_states(tf, saved_model, signature, clip: str, shape: tuple[int, ...]) -> dict:
    """Zeros for every input but the clip; sizes that the signature leaves free come from `init_states`."""
    specs = {name: spec for name, spec in signature.structured_input_signature[1].items() if name != clip}
    if all(spec.shape.is_fully_defined() for spec in specs.values()):
        return {name: tf.zeros(spec.shape, spec.dtype) for name, spec in specs.items()}
    if "init_states" not in saved_model.signatures:
        raise SignatureError("has states of free size and no signature init_states that gives their sizes")
    states = saved_model.signatures["init_states"](input_shape=tf.constant(shape, tf.int32))
    return {name: states[name] for name in specs}


def logits_output(outputs: dict, wanted: str | None):
    """The output named `wanted`, else `logits`, else the only one."""
    name = wanted or ("logits" if "logits" in outputs else next(iter(outputs)))
    if name not in outputs or (wanted is None and name != "logits" and len(outputs) > 1):
        raise SignatureError(f"name the logits by --output, one of {', '.join(sorted(outputs))}")
    return outputs[name].numpy()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="folder of the SavedModel")
    parser.add_argument("--signature", default="serving_default", help="default serving_default")
    parser.add_argument("--output", help="output that holds the logits (default: logits, or the only one)")
    add_arguments(parser)
    arguments = parser.parse_args()

    try:
        expected = read_expected(arguments.expected) if arguments.expected else None
    except (OSError, ValueError) as error:
        sys.exit(str(error))

    # Only now: importing TensorFlow takes seconds, and a usage error should not wait for it.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf

    try:
        saved_model = tf.saved_model.load(arguments.folder)
        if arguments.signature not in saved_model.signatures:
            raise SignatureError(f"has the signatures {', '.join(sorted(saved_model.signatures)) or 'none'}")
        signature = saved_model.signatures[arguments.signature]
        name, fixed = clip_input(signature)
        shape = arguments.clip_shape or tuple(
            free if size is None else size for size, free in zip(fixed, DEFAULT_CLIP_SHAPE)
        )
        # A signature runs on other sizes than it declares without a word.
        if not tf.TensorShape(fixed).is_compatible_with(shape):
            raise SignatureError(f"takes clips of {list(fixed)}, not of {list(shape)}")
        states = zero_states(tf, saved_model, signature, name, shape)
        outputs = signature(**states, **{name: tf.constant(reference_clip(shape))})
        logits = logits_output(outputs, arguments.output)
    except (SignatureError, OSError, ValueError, tf.errors.OpError) as error:
        sys.exit(f"{arguments.folder}, signature {arguments.signature}: {str(error).splitlines()[0]}")
    what = {"saved_model": arguments.folder, "signature": arguments.signature, "outputs": sorted(outputs)}
    return report(what, shape, logits, expected)


sys.exit(main())
