"""The official implementation (tf-models-official), as a tf.function."""

import sys
from importlib.metadata import version
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from official_model import KINDS, POSITIONAL_ENCODING, build_backbone, build_classifier, restore_checkpoint  # noqa: E402

import tensorflow as tf  # noqa: E402
from official.projects.movinet.modeling.movinet import Movinet  # noqa: E402
from official.projects.movinet.modeling.movinet_model import MovinetClassifier  # noqa: E402
from protocol import read_input, serve  # noqa: E402

LEARNING_RATE = 1e-3


def open_work(request: dict):
    tf.config.threading.set_intra_op_parallelism_threads(request["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(1)
    kind = request["work"]["kind"]
    open_kind = {"forward": open_forward, "frame": open_frame}.get(kind, open_step)
    versions = {"tf-models-official": version("tf-models-official"), "tensorflow": tf.__version__}
    return (*open_kind(request), versions)


def restored_classifier(request: dict, backbone: Movinet) -> MovinetClassifier:
    model = build_classifier(request["work"]["model"], backbone, request["classes"])
    restore_checkpoint(model, request["model"]["path"])
    return model


def open_forward(request: dict):
    model = restored_classifier(request, build_backbone(request["work"]["model"]))
    clips = tf.constant(read_input(request))
    call = tf.function(lambda clips: model(clips, training=False))

    def once():
        return call(clips).numpy()

    return once().ravel().tolist(), once


def open_frame(request: dict):
    work = request["work"]
    variant, kind = work["model"].split("-", 1)
    options, activation = KINDS[kind]
    backbone = Movinet(
        model_id=variant,
        use_positional_encoding=work["model"] in POSITIONAL_ENCODING,
        use_external_states=True,
        **options,
    )
    model = MovinetClassifier(
        backbone=backbone, num_classes=request["classes"], activation=activation, output_states=True
    )
    frames = read_input(request)
    shape = list(frames.shape[1:])
    model.build(shape)
    restore_checkpoint(model, request["model"]["path"])
    states = model.init_states(shape)
    call = tf.function(lambda image, states: model({**states, "image": image}, training=False))

    def push(frame):
        nonlocal states
        logits, states = call(frame, states)
        return logits.numpy()

    frames = [tf.constant(frame) for frame in frames]
    for frame in frames:
        logits = push(frame)
    return logits.ravel().tolist(), lambda: push(frames[0])


def open_step(request: dict):
    backbone = build_backbone(request["work"]["model"])
    kind = request["work"]["kind"]
    backbone.trainable = kind != "head-step"
    model = restored_classifier(request, backbone)
    clips = tf.constant(read_input(request))
    labels = tf.range(len(clips)) % request["classes"]
    optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def step(clips, labels):
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(clips, training=kind != "full-step"))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    def once():
        return step(clips, labels).numpy()

    return [once() for _ in range(request["compared"])], once


if __name__ == "__main__":
    serve(open_work)
