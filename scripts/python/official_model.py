"""Builds the official MoViNet classifiers (tf-models-official) and restores official checkpoints into them."""

import os

# The official classes are Keras 2 code; both variables are read while TensorFlow is imported.
os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import tensorflow as tf
from official.projects.movinet.modeling.movinet import Movinet
from official.projects.movinet.modeling.movinet_model import MovinetClassifier

# The official classes warn of retracing, and a failed restore of each value; the exception says what matters.
tf.get_logger().setLevel("ERROR")

KINETICS_600_CLASSES = 600
VARIANTS = ("a0", "a1", "a2", "a3", "a4", "a5")

# The backbone's options and the activation of the classifier head. External states are off: each call is a whole clip.
KINDS = {
    "base": ({}, "swish"),
    "stream": (
        {
            "causal": True,
            "conv_type": "2plus1d",
            "se_type": "2plus3d",
            "activation": "hard_swish",
            "gating_activation": "hard_sigmoid",
        },
        "swish",
    ),
    "stream-relu6": (
        {
            "causal": True,
            "conv_type": "2plus1d",
            "se_type": "none",
            "activation": "relu6",
            "gating_activation": "hard_sigmoid",
        },
        "relu6",
    ),
}
POSITIONAL_ENCODING = ("a3-stream", "a4-stream", "a5-stream")
MODEL_IDS = tuple(f"{variant}-{kind}" for variant in VARIANTS for kind in KINDS)


class CheckpointError(Exception):
    """A checkpoint that cannot be restored, as one line."""


def build_backbone(model_id: str) -> Movinet:
    """The backbone of a model id such as `a0-base`, `a3-stream` or `a0-stream-relu6`."""
    variant, kind = model_id.split("-", 1)
    options, _ = KINDS[kind]
    return Movinet(
        model_id=variant,
        use_positional_encoding=model_id in POSITIONAL_ENCODING,
        use_external_states=False,
        **options,
    )


def build_classifier(model_id: str, backbone: Movinet, num_classes: int) -> MovinetClassifier:
    """A classifier with a new head on the backbone; takes clips [batch, frames, height, width, 3] and gives logits."""
    _, activation = KINDS[model_id.split("-", 1)[1]]
    model = MovinetClassifier(backbone=backbone, num_classes=num_classes, activation=activation)
    model.build([None, None, None, None, 3])
    return model


def restore_checkpoint(model: MovinetClassifier, prefix: str) -> None:
    """Restores a checkpoint such as `folder/ckpt-1`. Raises CheckpointError unless every variable of the model is found."""
    try:
        tf.train.Checkpoint(model=model).restore(prefix).assert_existing_objects_matched()
    except (AssertionError, ValueError, tf.errors.OpError) as error:
        # The exception goes on with the matched variables and all their numbers.
        reason = str(error).splitlines()[0].split(" Showing ")[0]
        raise CheckpointError(f"{prefix} does not restore into the model: {reason}") from error
