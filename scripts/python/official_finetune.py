"""The tutorial "Transfer learning for video classification with MoViNet" in official Python, on UCF101 clips.

Restores Kinetics-600 weights, freezes the backbone, trains a new head, evaluates; the last line printed is the run as JSON.
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import psutil

LEARNING_RATE = 1e-3


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of class folders of UCF101 clips")
    parser.add_argument("--weights", required=True, metavar="PREFIX", help="600-class checkpoint, such as folder/ckpt-1")
    parser.add_argument("--model", default="a0-stream-relu6", metavar="ID", help="default a0-stream-relu6")
    parser.add_argument("--epochs", type=int, default=2, help="default 2")
    parser.add_argument("--batch-size", type=int, default=8, help="default 8")
    parser.add_argument("--frames", type=int, default=8, help="frames of a clip, default 8")
    parser.add_argument("--frame-step", type=int, default=15, help="default 15")
    parser.add_argument("--size", type=int, default=224, help="pixels, default 224")
    parser.add_argument("--seed", type=int, default=0, help="default 0")
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    arguments = parser.parse_args()
    for name in ("epochs", "batch_size", "frames", "frame_step", "size"):
        if getattr(arguments, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    if not arguments.data.is_dir():
        sys.exit(f"{arguments.data} is no folder")
    return arguments


def main() -> int:
    arguments = parse_arguments()

    # Only now: importing TensorFlow takes seconds, and a usage error should not wait for it. official_model comes first, as it
    # chooses the Keras that TensorFlow loads.
    from official_model import (
        KINETICS_600_CLASSES,
        MODEL_IDS,
        CheckpointError,
        build_backbone,
        build_classifier,
        restore_checkpoint,
    )
    import tensorflow as tf
    from video_clips import ClipOptions, FrameGenerator, clip_batches, split_ucf101

    class EpochSeconds(tf.keras.callbacks.Callback):
        """Wall-clock seconds of each epoch, validation and preparation included, so that they add up to those of fit."""

        def __init__(self):
            super().__init__()
            self.seconds = []

        def on_train_begin(self, logs=None):
            self._start = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            now = time.perf_counter()
            self.seconds.append(now - self._start)
            self._start = now

    if arguments.model not in MODEL_IDS:
        print(f"unknown model {arguments.model}: choose one of {', '.join(MODEL_IDS)}", file=sys.stderr)
        return 2
    tf.keras.utils.set_random_seed(arguments.seed)
    try:
        split = split_ucf101(arguments.data)
    except ValueError as error:
        sys.exit(str(error))
    options = ClipOptions(arguments.frames, arguments.frame_step, arguments.size)
    train = clip_batches(FrameGenerator(split.train, options, training=True), arguments.batch_size)
    test = clip_batches(FrameGenerator(split.test, options), arguments.batch_size)

    backbone = build_backbone(arguments.model)
    backbone.trainable = False
    try:
        restore_checkpoint(build_classifier(arguments.model, backbone, KINETICS_600_CLASSES), arguments.weights)
    except CheckpointError as error:
        sys.exit(str(error))
    model = build_classifier(arguments.model, backbone, len(split.classes))
    model.compile(
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        optimizer=tf.keras.optimizers.Adam(learning_rate=LEARNING_RATE),
        metrics=["accuracy"],
    )

    timing = EpochSeconds()
    verbose = 0 if arguments.json else 2
    start = time.perf_counter()
    fitted = model.fit(
        train, validation_data=test, epochs=arguments.epochs, validation_freq=1, verbose=verbose, callbacks=[timing]
    )
    fit_seconds = time.perf_counter() - start
    start = time.perf_counter()
    evaluation = model.evaluate(test, return_dict=True, verbose=verbose)
    evaluate_seconds = time.perf_counter() - start

    history = fitted.history
    run = {
        "epochs": [
            {
                "epoch": epoch + 1,
                **{name: history[name][epoch] for name in ("loss", "accuracy", "val_loss", "val_accuracy")},
                "seconds": timing.seconds[epoch],
            }
            for epoch in range(arguments.epochs)
        ],
        "evaluate": {"loss": evaluation["loss"], "accuracy": evaluation["accuracy"]},
        "classes": split.classes,
        "config": {**vars(arguments), "data": str(arguments.data), "learning_rate": LEARNING_RATE},
        "clips": {"train": len(split.train), "test": len(split.test)},
        "trainable_parameters": sum(variable.shape.num_elements() for variable in model.trainable_variables),
        "fit_seconds": fit_seconds,
        "evaluate_seconds": evaluate_seconds,
        # From the start of the interpreter, imports included.
        "process_seconds": time.time() - psutil.Process().create_time(),
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    del run["config"]["json"]
    print(json.dumps(run))
    return 0


sys.exit(main())
