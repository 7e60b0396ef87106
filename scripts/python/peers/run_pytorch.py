"""PyTorch with the public port of the base networks (`--pytorch` names its checkout), channels last, padded as TensorFlow pads."""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from protocol import read_input, serve

LEARNING_RATE = 1e-3
# Keras' own, so that both take the same steps.
EPSILON = 1e-7


def open_work(request: dict):
    torch.set_num_threads(request["threads"])
    if "port" not in request:
        raise ValueError("there is no checkout of the port")
    sys.path.insert(0, request["port"])
    from movinets import MoViNet
    from movinets.config import _C

    work = request["work"]
    variant = work["model"].split("-")[0].upper()
    model = MoViNet(
        getattr(_C.MODEL, f"MoViNet{variant}"),
        causal=False,
        pretrained=False,
        num_classes=request["classes"],
        tf_like=True,
    )
    load_arrays(model, Path(request["model"]["path"]))
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    model = model.to(memory_format=torch.channels_last_3d)
    # [clips, 3, frames, size, size], whose memory is the input's own.
    clips = torch.from_numpy(read_input(request)).permute(0, 4, 1, 2, 3)
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=request["precision"] == "bfloat16")
    if work["kind"] == "forward":
        numbers, once = forward(model, clips, autocast)
    else:
        numbers, once = training(model, clips, autocast, request)
    return numbers, once, {"torch": torch.__version__}


def forward(model, clips, autocast):
    model.eval()

    def once():
        with torch.inference_mode(), autocast:
            return model(clips).float()

    return once().flatten().tolist(), once


def training(model, clips, autocast, request: dict):
    """The backbone learns nothing and drops nothing in a step of the head: its features have no gradients."""
    head_only = request["work"]["kind"] == "head-step"
    labels = torch.arange(len(clips)) % request["classes"]
    model.train(not head_only)
    if request["work"]["kind"] == "full-step":
        # By the moving statistics, which stay; gamma and beta learn.
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm3d):
                module.eval()
    learning = model.classifier if head_only else model
    optimizer = torch.optim.Adam(learning.parameters(), LEARNING_RATE, eps=EPSILON)
    if head_only:
        for module in (model.conv1, model.blocks, model.conv7):
            module.requires_grad_(False)

    def once():
        optimizer.zero_grad()
        with autocast:
            logits = model(clips)
        loss = torch.nn.functional.cross_entropy(logits.float(), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return [once() for _ in range(request["compared"])], once


def load_arrays(model, path: Path) -> None:
    """Copies our arrays into the port's modules, convolution by convolution in the network's order."""
    values = np.fromfile(path.with_name("weights.f32"), np.float32)
    given = json.loads(path.read_text(encoding="utf-8"))
    targets = list(convolutions_of(model))
    if len(targets) != len(given):
        raise ValueError(f"the port has {len(targets)} convolutions, the network {len(given)}")

    def array(one) -> torch.Tensor:
        shape = one["shape"]
        return torch.from_numpy(values[one["offset"] : one["offset"] + int(np.prod(shape))].reshape(shape).copy())

    with torch.no_grad():
        for (block, scale), source in zip(targets, given):
            convolution, norm = block.conv_1[0], block.conv_1[1]
            # [frames, height, width, in, out] → [out, in, frames, height, width].
            kernel = array(source["kernel"])
            kernel = kernel.permute(4, 3, 0, 1, 2)
            if kernel.shape != convolution.weight.shape:
                raise ValueError(f"a kernel of {list(kernel.shape)} where the port has {list(convolution.weight.shape)}")
            convolution.weight.copy_(kernel)
            if "bias" in source:
                convolution.bias.copy_(array(source["bias"]).flatten())
            if "gamma" in source:
                norm.weight.copy_(array(source["gamma"]))
                norm.bias.copy_(array(source["beta"]))
                norm.running_mean.copy_(array(source["mean"]))
                norm.running_var.copy_(array(source["variance"]))
            if "scale" in source:
                scale.copy_(array(source["scale"]))


def convolutions_of(model):
    """Each convolution's block with the scalar that multiplies its result, if any, in the order of the network."""
    yield model.conv1, None
    for block in model.blocks:
        if hasattr(block, "expand"):
            yield block.expand, None
        yield block.deep, None
        yield block.se.fc1, None
        yield block.se.fc2, None
        yield block.project, block.alpha
        if block.res is not None:
            yield block.res[-1], None
    yield model.conv7, None
    yield model.classifier[0], None
    yield model.classifier[3], None


if __name__ == "__main__":
    serve(open_work)
