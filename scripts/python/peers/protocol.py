"""The conversation of a peer's process: lines of JSON on standard input, one line of JSON as the answer to each.

`open` gets the work ready and answers with numbers to compare; `run` does it `count` times and answers with the milliseconds of each.
"""

import json
import os
import sys
import time

import numpy as np


def read_input(request: dict) -> np.ndarray:
    """The clips of a work, float32 [clips, frames, size, size, 3]; of a stream its frames, one clip each, one after another."""
    work = request["work"]
    shape = (work["clips"], work["frames"], work["size"], work["size"], 3)
    values = np.fromfile(request["input"], np.float32)
    return values.reshape(-1, *shape) if work["kind"] == "frame" else values.reshape(shape)


def carry_states(request: dict, call) -> tuple[list[float], object]:
    """Shows a stream its first frames. `call(arrays)` takes the graph's inputs in order and gives logits and the states' next values.

    Gives the logits after them, and what shows it one more frame.
    """
    frames = read_input(request)
    states = [np.zeros(one["shape"], one["dtype"]) for one in request["model"]["inputs"][1:]]

    def push(frame):
        logits, *after = call([frame, *states])
        states[:] = after
        return logits

    for frame in frames:
        logits = push(frame)
    return logits.ravel().tolist(), lambda: push(frames[0])


def forward_or_frame(request: dict, call) -> tuple[list[float], object]:
    """The work of a peer that runs a graph: `call` as in `carry_states`."""
    if request["work"]["kind"] == "frame":
        return carry_states(request, call)
    clips = read_input(request)
    return call([clips])[0].ravel().tolist(), lambda: call([clips])


def output_names(request: dict) -> list[str]:
    """Logits first, then the states' next values in the order of the inputs."""
    model = request["model"]
    return [model["logits"], *(one["next"] for one in model["inputs"][1:])]


def signature_name(name: str) -> str:
    """What a tensor of the graph is called in the signature of a converted one, where names have no colons."""
    return name.replace(":", "_").replace("/", "_")


def serve(open_work) -> None:
    """Answers until standard input ends. `open_work(request)` gives the numbers, a function that does the work once, and versions by names."""
    # Libraries print as they like: only answers reach the one who asked.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    once = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["request"] == "open":
                numbers, once, versions = open_work(request)
                answer = {"numbers": [float(number) for number in numbers], "versions": versions}
            else:
                milliseconds = []
                for _ in range(request["count"]):
                    begin = time.perf_counter()
                    once()
                    milliseconds.append(1000 * (time.perf_counter() - begin))
                answer = {"milliseconds": milliseconds}
        except Exception as error:  # whatever a library raises, the answer tells it
            text = " ".join(str(error).split()) or "no reason given"
            answer = {"error": f"{type(error).__name__}: {text[:300]}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
