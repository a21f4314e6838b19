"""Makes the ONNX files of other projects alike: uint8 RGB in, any batch, any size they can take.

What they want of their pixels (order of colors, mean, deviation) becomes part of the graph, so
that nobody can feed them wrongly; dimensions that the exporter froze are freed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from mien.errors import WeightsCorruptError
from mien.inference.importers.leaky_slopes import replace_slopes
from mien.inference.importers.yunet_heads import join_heads
from mien.inference.model import Format, Model, PixelInput, Task

INPUT: Final = "rgb"
_BATCH: Final = "batch"
_BGR: Final = [2, 1, 0]
_LUMA: Final = (0.299, 0.587, 0.114)
"""ITU-R BT.601."""

_FIRST_WITH_HIDDEN_WEIGHTS: Final = 4
"""Files of an older form name every weight among their inputs, too."""


def import_onnx(model: Model, source: bytes) -> onnx.ModelProto:
    """Return the model with input uint8 RGB [batch, height, width, 3]."""
    try:
        network = onnx.load_model_from_string(source)
    except Exception as error:  # protobuf raises its own DecodeError, which is not public
        raise WeightsCorruptError(f"{model.name}: this is no ONNX file") from error
    network.ir_version = max(network.ir_version, _FIRST_WITH_HIDDEN_WEIGHTS)
    if model.format is Format.ONNX_YUNET:
        join_heads(network.graph)
    _double_by_scale(network)
    _free_dimensions(network.graph)
    _take_pixels(network.graph, model.pixels, model.side_px)
    if model.task is Task.ATTACKS:  # embedders' activations were measured under their own names
        replace_slopes(network.graph)
    onnx.checker.check_model(network)
    return network


def _double_by_scale(network: onnx.ModelProto) -> None:
    """Let enlargements name a factor where the exporter froze the size that they had.

    Sizes that the graph computes are unknown here and stay as they are.
    """
    inferred = onnx.shape_inference.infer_shapes(network, data_prop=True)
    sizes = {value.name: _size(value) for value in inferred.graph.value_info}
    for node in network.graph.node:
        if node.op_type != "Resize" or len(node.input) < 4:
            continue
        before, after = sizes.get(node.input[0]), sizes.get(node.output[0])
        if before and after:
            scales = np.array([b / a for a, b in zip(before, after, strict=True)], np.float32)
            name = f"{node.output[0]}_scales"
            network.graph.initializer.append(numpy_helper.from_array(scales, name))
            del node.input[2:]
            node.input.append(name)


def _size(value: onnx.ValueInfoProto) -> list[int] | None:
    """Return a tensor's size where all of it is known."""
    size = [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
    return size if all(size) else None


def _free_dimensions(graph: onnx.GraphProto) -> None:
    """Forget what the exporter fixed: the shapes of outputs, and a batch of one."""
    for output in graph.output:
        for number, dimension in enumerate(output.type.tensor_type.shape.dim):
            dimension.dim_param = f"{output.name}_{number}"
    del graph.value_info[:]
    shapes = {node.output[0]: node.attribute[0].t for node in graph.node if _is_constant(node)}
    shapes.update({tensor.name: tensor for tensor in graph.initializer})
    for node in graph.node:
        if node.op_type == "Reshape" and node.input[1] in shapes and node.input[0] not in shapes:
            tensor = shapes[node.input[1]]
            shape = numpy_helper.to_array(tensor).copy()
            if shape[0] == 1:
                shape[0] = 0  # as many as come in
                tensor.CopyFrom(numpy_helper.from_array(shape, tensor.name))


def _is_constant(node: onnx.NodeProto) -> bool:
    return node.op_type == "Constant" and node.attribute[0].HasField("t")


def _take_pixels(graph: onnx.GraphProto, pixels: PixelInput, side_px: int | None) -> None:
    """Put the way from uint8 RGB to what the network was trained on in front of it."""
    constants = {tensor.name for tensor in graph.initializer}
    (old,) = (value.name for value in graph.input if value.name not in constants)
    side: list[int | str] = ["height", "width"] if side_px is None else [side_px, side_px]
    steps: list[tuple[str, dict[str, int | list[int]], npt.NDArray[np.generic] | None]] = [
        ("Transpose", {"perm": [0, 3, 1, 2]}, None)
    ]
    steps.append(("Cast", {"to": TensorProto.FLOAT}, None))
    if pixels.gray:
        steps.append(("Conv", {}, np.array(_LUMA, np.float32).reshape(1, 3, 1, 1)))
    if any(pixels.mean):
        steps.append(("Sub", {}, _per_channel(pixels.mean, pixels, side_px)))
    if set(pixels.deviation) != {1.0}:
        steps.append(("Mul", {}, 1 / _per_channel(pixels.deviation, pixels, side_px)))
    # Exchanging the colors of an image takes longer than the network: its weights are exchanged.
    if pixels.bgr and not _exchange_first_weights(graph, old):
        steps.append(("Gather", {"axis": 1}, np.array(_BGR, np.int64)))
    front, value = [], INPUT
    for number, (operator, attributes, constant) in enumerate(steps):
        inputs, output = [value], old if number == len(steps) - 1 else f"mien_{number}"
        if constant is not None:
            inputs.append(f"mien_constant_{number}")
            graph.initializer.append(numpy_helper.from_array(constant, inputs[1]))
        node = helper.make_node(operator, inputs, [output])
        node.attribute.extend(helper.make_attribute(key, v) for key, v in attributes.items())
        front.append(node)
        value = output
    nodes = [*front, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.input[:]
    graph.input.append(helper.make_tensor_value_info(INPUT, TensorProto.UINT8, [_BATCH, *side, 3]))


def _exchange_first_weights(graph: onnx.GraphProto, value: str) -> bool:
    """Let the convolutions that see the input take it as RGB; tell whether nothing else sees it."""
    readers = [node for node in graph.node if value in node.input]
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    if not all(node.op_type == "Conv" and node.input[1] in tensors for node in readers):
        return False
    for name in {node.input[1] for node in readers}:
        weights = numpy_helper.to_array(tensors[name])
        exchanged = np.ascontiguousarray(weights[:, _BGR])
        tensors[name].CopyFrom(numpy_helper.from_array(exchanged, name))
    return True


def _per_channel(
    values: tuple[float, float, float], pixels: PixelInput, side_px: int | None
) -> npt.NDArray[np.float32]:
    """Return a model's values in the order of RGB, as what is laid over [n, 3, h, w].

    Where networks keep colors last, as ONNX Runtime does for int8, three numbers laid over a
    whole picture take as long as a convolution; as many numbers as pixels, a twentieth of that.
    """
    if len(set(values)) == 1:
        return np.full((1, 1, 1, 1), values[0], np.float32)
    in_rgb = [values[channel] for channel in _BGR] if pixels.bgr else values
    constant = np.array(in_rgb, np.float32).reshape(1, 3, 1, 1)
    if side_px is None:
        return constant
    return np.ascontiguousarray(np.broadcast_to(constant, (1, 3, side_px, side_px)))
