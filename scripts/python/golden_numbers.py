"""Computes a golden file for `npm run parity` with the official implementation: logits, or three Adam steps with their gradients.

Weights and clip are computed from names (reference_values.py), so the file holds results only.
"""

import argparse
import json
import math
import sys
from collections import deque

import numpy as np

from logits_check import DEFAULT_CLIP_SHAPE, clip_shape
from reference_values import reference_clip, reference_values

STEPS = 3
SAMPLED = 4
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
# Below this share of the largest root mean square a gradient is rounding noise around an exact zero.
NOISE = 1e-6


def variables_by_path(tf, model) -> dict:
    """Every variable by its shortest path below the model: the checkpoint key without `model/` and the attribute."""
    view = tf.train.TrackableView(model)
    found, seen = {}, {id(model)}
    queue = deque(
        (name, child) for name, child in view.children(model).items() if name.startswith("layer_with_weights-")
    )
    while queue:
        path, node = queue.popleft()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, tf.Variable):
            found[path] = node
            continue
        queue.extend((f"{path}/{name}", child) for name, child in view.children(node).items())
    wanted = {id(variable) for variable in model.variables}
    return {path: variable for path, variable in found.items() if id(variable) in wanted}


def reference_weight(path: str, shape: tuple[int, ...]) -> np.ndarray:
    """The number rule of the golden files, by the last part of the path."""
    u = reference_values(path, shape).astype(np.float64)
    kind = path.rsplit("/", 1)[1]
    if kind == "gamma":
        return 1 + 0.3 * u
    if kind in ("beta", "moving_mean", "bias"):
        return 0.1 * u
    if kind == "moving_variance":
        return 1 + 0.5 * u
    if kind == "scale":
        return 0.6 + 0.4 * u
    fan_axes = shape[:2] if kind == "depthwise_kernel" else shape[:4] if len(shape) == 5 else shape[:-1]
    return u * math.sqrt(6 / math.prod(fan_axes))


def numbers(values: np.ndarray) -> list[float]:
    """Flat float32 values, each with no more digits than tell it from its neighbours."""
    return [float(str(value)) for value in np.asarray(values, np.float32).ravel()]


def sample(values: np.ndarray) -> dict:
    """The norm, and the values at the indices of the largest magnitudes."""
    flat = values.ravel()
    at = sorted(int(i) for i in np.argsort(-np.abs(flat), kind="stable")[:SAMPLED])
    return {"norm": numbers(np.linalg.norm(flat))[0], "at": at, "values": numbers(flat[at])}


def noise_in(gradients: dict) -> set:
    """Paths of the gradients that are exactly zero but for rounding: what the next batch normalisation takes away."""
    scale = {path: float(np.sqrt(np.mean(np.square(value)))) for path, value in gradients.items()}
    largest = max(scale.values())
    return {path for path, value in scale.items() if value < NOISE * largest}


def train(tf, model, variables: dict, clip, labels: list[int]) -> dict:
    """Three Adam steps on what is trainable; batch normalisation in training mode unless it is frozen."""
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    paths = {id(variable): path for path, variable in variables.items()}
    trainable = list(model.trainable_variables)
    optimizer = tf.keras.optimizers.Adam(LEARNING_RATE, BETA_1, BETA_2, EPSILON)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            logits = model(clip, training=True)
            loss = loss_of(labels, logits)
            objective = loss + tf.add_n(model.losses) if model.losses else loss
        gradients = tape.gradient(objective, trainable)
        optimizer.apply_gradients(zip(gradients, trainable))
        return loss, logits, gradients

    steps, noise = [], set()
    for number in range(STEPS):
        loss, logits, gradients = step()
        result = {"loss": numbers(loss)[0], "logits": numbers(logits)}
        if number == 0:
            named = {paths[id(variable)]: gradient.numpy() for variable, gradient in zip(trainable, gradients)}
            noise = noise_in(named)
            result["gradients"] = {
                path: {**sample(value), **({"noise": True} if path in noise else {})} for path, value in named.items()
            }
        steps.append(result)
    after = {
        path: {**sample(variable.numpy()), **({"noise": True} if path in noise else {})}
        for path, variable in variables.items()
        if any(variable is one for one in trainable) or "moving_" in path
    }
    return {
        "labels": labels,
        "optimizer": {
            "name": "adam",
            "learning_rate": LEARNING_RATE,
            "beta_1": BETA_1,
            "beta_2": BETA_2,
            "epsilon": EPSILON,
        },
        "steps": steps,
        "after": after,
        "logits_after_inference_mode": numbers(model(clip, training=False)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", help="name; begins with the model id, such as a0-, and ends in -head or -full to train")
    parser.add_argument("--config", type=json.loads, default={}, help="JSON: options of the official Movinet class")
    parser.add_argument("--classifier-activation", default="swish", help="default swish")
    parser.add_argument("--weight-decay", type=float, default=0.0, help="decay * sum of squares of each kernel")
    parser.add_argument("--classes", type=int, default=10, help="default 10")
    parser.add_argument("--clip-shape", type=clip_shape, default=DEFAULT_CLIP_SHAPE, metavar="B,T,H,W", help="default 2,5,58,50")
    arguments = parser.parse_args()

    from official_model import Movinet, MovinetClassifier, tf

    decay = arguments.weight_decay
    regularizer = tf.keras.regularizers.L2(decay) if decay > 0 else None
    backbone = Movinet(model_id=arguments.case[:2], kernel_regularizer=regularizer, **arguments.config)
    mode = arguments.case.rsplit("-", 1)[-1]
    backbone.trainable = mode != "head"
    model = MovinetClassifier(
        backbone,
        num_classes=arguments.classes,
        activation=arguments.classifier_activation,
        kernel_regularizer=regularizer,
    )
    model.build([None, None, None, None, 3])
    variables = variables_by_path(tf, model)
    if len(variables) != len(model.variables):
        sys.exit(f"{len(variables)} of {len(model.variables)} variables have a path")
    for path, variable in variables.items():
        variable.assign(reference_weight(path, tuple(variable.shape)).astype(np.float32))

    clip = tf.constant(reference_clip(arguments.clip_shape))
    labels = [(3 + 4 * i) % arguments.classes for i in range(arguments.clip_shape[0])]
    results = (
        train(tf, model, variables, clip, labels)
        if mode in ("head", "full")
        else {"logits": numbers(model(clip, training=False))}
    )
    golden = {
        "case": arguments.case,
        "config": {
            **arguments.config,
            "classifier_activation": arguments.classifier_activation,
            "num_classes": arguments.classes,
            **({"weight_decay": decay} if decay > 0 else {}),
        },
        "input_shape": list(arguments.clip_shape),
        "variables": len(variables),
        "parameters": sum(int(np.prod(variable.shape)) for variable in variables.values()),
        **results,
    }
    print(json.dumps(golden))
    return 0


sys.exit(main())
