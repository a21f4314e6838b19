"""Joins YuNet's heads: the same numbers from six convolutions instead of twenty-four.

At each stride YuNet answers by four heads of two convolutions each, all of which read one tensor:
is it a face, is it an object, where is its box, where are its landmarks. Their weights laid one
after another are one head, and what the exporter did to its outputs for a C++ program is not done.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from mien.inference.detection.yunet import STRIDES_PX

_HEADS: Final = ("cls", "obj", "bbox", "kps")
_CHANNELS: Final = 16
"""Two logits, a box, five points."""


def join_heads(graph: onnx.GraphProto) -> None:
    """Let a graph with outputs `cls_8` to `kps_32` answer by one output a stride, in place.

    `level_8`, `level_16` and `level_32`: float32 [n, 16, h / stride, w / stride], in each cell the
    logits of a face and of an object, the box (middle in cells, from the cell; logarithm of its
    size in cells) and five points (in cells, from the cell).
    """
    maker = {output: node for node in graph.node for output in node.output}
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    outputs: list[onnx.ValueInfoProto] = []
    for stride in STRIDES_PX:
        ends = [_last_convolution(maker, f"{head}_{stride}") for head in _HEADS]
        starts = [maker[node.input[0]] for node in ends]
        value = starts[0].input[0]
        for name, nodes in (("mix", starts), ("look", ends)):
            joined = helper.make_node(
                "Conv",
                [value, *(f"{name}_{part}_{stride}" for part in ("weights", "bias"))],
                [f"{name}_{stride}" if name == "mix" else f"level_{stride}"],
            )
            joined.attribute.extend(a for a in nodes[0].attribute if a.name != "group")
            if name == "look":  # each channel by itself
                joined.attribute.append(helper.make_attribute("group", _CHANNELS))
            for at, constant in zip((1, 2), joined.input[1:], strict=True):
                weights = np.concatenate([tensors[node.input[at]] for node in nodes])
                graph.initializer.append(numpy_helper.from_array(weights, constant))
            graph.node.append(joined)
            value = joined.output[0]
        shape: list[str | int] = ["n", _CHANNELS, f"rows_{stride}", f"columns_{stride}"]
        outputs.append(helper.make_tensor_value_info(value, TensorProto.FLOAT, shape))
    del graph.output[:]
    graph.output.extend(outputs)
    _drop_unused(graph)


def _last_convolution(maker: dict[str, onnx.NodeProto], output: str) -> onnx.NodeProto:
    """Walk from an output back to the convolution that it is made from."""
    node = maker[output]
    while node.op_type != "Conv":
        node = maker[node.input[0]]
    return node


def _drop_unused(graph: onnx.GraphProto) -> None:
    """Leave out nodes and weights that no output needs."""
    needed = {output.name for output in graph.output}
    kept: list[onnx.NodeProto] = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    weights = [tensor for tensor in graph.initializer if tensor.name in needed]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(reversed(kept))
    graph.initializer.extend(weights)
