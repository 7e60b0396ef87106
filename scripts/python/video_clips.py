"""Clips of a folder of UCF101 videos, sampled, resized and batched the way the MoViNet transfer-learning tutorial does it."""

import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import cv2
import numpy as np
import tensorflow as tf

LAST_TEST_GROUP = 7
GROUP = re.compile(r"_g(\d{2})_c\d{2}\.avi$")


@dataclass(frozen=True)
class ClipOptions:
    """Frames of a clip, their distance in frames of the video, and the square size in pixels that they are padded to."""

    frames: int = 8
    frame_step: int = 15
    size: int = 224


@dataclass(frozen=True)
class Split:
    """Class names in label order, and the videos as (file, label)."""

    classes: list[str]
    train: list[tuple[Path, int]]
    test: list[tuple[Path, int]]


def split_ucf101(folder: Path) -> Split:
    """Splits FOLDER/CLASS/v_CLASS_gGG_cCC.avi as UCF101's first official list: groups 01-07 test, the others train."""
    classes = sorted(path.name for path in folder.iterdir() if path.is_dir())
    train, test = [], []
    for label, name in enumerate(classes):
        for path in sorted((folder / name).glob("*.avi")):
            group = GROUP.search(path.name)
            if group is None:
                raise ValueError(f"{path} is not named v_CLASS_gGG_cCC.avi")
            (test if int(group[1]) <= LAST_TEST_GROUP else train).append((path, label))
    if not train or not test:
        raise ValueError(f"{folder} holds no class folders with UCF101 clips to train and to test on")
    return Split(classes, train, test)


def format_frame(frame: np.ndarray, size: int) -> tf.Tensor:
    """uint8 [height, width, 3] to float32 [size, size, 3] in [0, 1], aspect kept, padded with zeros."""
    return tf.image.resize_with_pad(tf.image.convert_image_dtype(frame, tf.float32), size, size)


def read_clip(path: Path, options: ClipOptions) -> np.ndarray:
    """A clip from a random place of the video: float32 RGB [frames, size, size, 3]; zero frames past the video's end."""
    capture = cv2.VideoCapture(str(path))
    length = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    last_start = length - (1 + (options.frames - 1) * options.frame_step)
    # As in the tutorial: randint includes its upper bound, so one start in the range leaves the last frame past the end.
    start = random.randint(0, last_start + 1) if last_start >= 0 else 0
    capture.set(cv2.CAP_PROP_POS_FRAMES, start)
    found, frame = capture.read()
    if not found:
        raise ValueError(f"{path} cannot be decoded")
    frames = [format_frame(frame, options.size)]
    while len(frames) < options.frames:
        for _ in range(options.frame_step):
            found, frame = capture.read()
        frames.append(format_frame(frame, options.size) if found else np.zeros_like(frames[0]))
    capture.release()
    return np.array(frames)[..., ::-1]


class FrameGenerator:
    """A generator of (clip, label) for tf.data; in a new random order each epoch when it is for training."""

    def __init__(self, videos: list[tuple[Path, int]], options: ClipOptions, training: bool = False):
        self._videos = videos
        self._options = options
        self._training = training

    def __call__(self) -> Iterator[tuple[np.ndarray, int]]:
        videos = list(self._videos)
        if self._training:
            random.shuffle(videos)
        for path, label in videos:
            yield read_clip(path, self._options), label


def clip_batches(generator: FrameGenerator, batch_size: int) -> tf.data.Dataset:
    """Batches of (clips, labels); the next is decoded while the model computes."""
    signature = (
        tf.TensorSpec(shape=(None, None, None, 3), dtype=tf.float32),
        tf.TensorSpec(shape=(), dtype=tf.int16),
    )
    clips = tf.data.Dataset.from_generator(generator, output_signature=signature)
    return clips.batch(batch_size).prefetch(tf.data.AUTOTUNE)
