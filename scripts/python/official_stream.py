"""Classifies a video frame by frame with an official stream export (a SavedModel with the signatures `call` and `init_states`).

The last line printed is JSON: how many frames a second, the latency of a call, and the likeliest classes after the last frame.
"""

import argparse
import json
import os
import sys
import time

TOP = 5


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="folder of the SavedModel")
    parser.add_argument("video", help="video file")
    parser.add_argument("--labels", required=True, metavar="FILE", help="the names of the classes, one a line")
    parser.add_argument("--size", type=int, default=172, help="pixels, default 172")
    parser.add_argument("--frame-step", type=int, default=1, help="every n-th frame of the video, default 1")
    arguments = parser.parse_args()
    for name in ("size", "frame_step"):
        if getattr(arguments, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    return arguments


def frames_of(cv2, path: str, step: int):
    """Every `step`-th frame of a video, uint8 RGB."""
    capture = cv2.VideoCapture(path)
    number = 0
    while capture.grab():
        if number % step == 0:
            yield capture.retrieve()[1][..., ::-1]
        number += 1


def main() -> int:
    arguments = parse_arguments()
    with open(arguments.labels, encoding="utf-8") as file:
        labels = file.read().splitlines()

    # Only now: importing TensorFlow takes seconds, and a usage error should not wait for it.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import cv2
    import numpy as np
    import tensorflow as tf
    from video_clips import format_frame

    size = arguments.size
    model = tf.saved_model.load(arguments.folder)
    call, init_states = model.signatures["call"], model.signatures["init_states"]

    def zero_states():
        return init_states(input_shape=tf.constant([1, 1, size, size, 3], tf.int32))

    # The first call compiles.
    call(image=tf.zeros([1, 1, size, size, 3]), **zero_states())

    states, latencies = zero_states(), []
    begin = time.perf_counter()
    for frame in frames_of(cv2, arguments.video, arguments.frame_step):
        image = format_frame(frame, size)
        called = time.perf_counter()
        states = call(image=image[tf.newaxis, tf.newaxis], **states)
        logits = states.pop("logits").numpy()[0]
        latencies.append(1000 * (time.perf_counter() - called))
    seconds = time.perf_counter() - begin
    if not latencies:
        sys.exit(f"{arguments.video} has no frame that can be decoded")

    probabilities = tf.nn.softmax(logits).numpy()
    likeliest = np.argsort(-probabilities)[:TOP]
    print(
        json.dumps(
            {
                "frames": len(latencies),
                "frames_per_second": len(latencies) / seconds,
                "latency_ms": {"p50": float(np.percentile(latencies, 50)), "p95": float(np.percentile(latencies, 95))},
                "predictions": [{"label": labels[i], "probability": float(probabilities[i])} for i in likeliest],
            }
        )
    )
    return 0


sys.exit(main())
