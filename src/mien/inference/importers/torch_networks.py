"""Turns the PyTorch weights of known networks into ONNX graphs, without PyTorch."""

from __future__ import annotations

from typing import Final

import numpy as np
import onnx
import onnxruntime

from mien.errors import WeightsCorruptError
from mien.inference.catalogue import MTCNN_ONET, MTCNN_PNET, MTCNN_RNET
from mien.inference.importers.inception_resnet import inception_resnet
from mien.inference.importers.mtcnn_networks import (
    output_network,
    proposal_network,
    refinement_network,
)
from mien.inference.importers.torch_format import read_state
from mien.inference.model import Format, Model

_MTCNN: Final = {
    MTCNN_PNET.name: proposal_network,
    MTCNN_RNET.name: refinement_network,
    MTCNN_ONET.name: output_network,
}

_TRIAL_PX: Final = 32
"""Side of the trial image of a network that takes any size."""

_LOG_FATAL_ONLY: Final = 4


def import_torch(model: Model, source: bytes) -> onnx.ModelProto:
    """Return the network of a state dictionary, its input uint8 RGB [batch, height, width, 3].

    Raises WeightsCorruptError for a damaged file and for the weights of another network.
    """
    state = read_state(source)
    build = inception_resnet if model.format is Format.TORCH_FACENET else _MTCNN[model.name]
    try:
        network = build(state, model.pixels)
        _try_out(network)
    except WeightsCorruptError:
        raise
    except Exception as error:  # onnxruntime's own exception types are not public
        raise WeightsCorruptError(f"{model.name}: these are another network's weights") from error
    return network


def _try_out(network: onnx.ModelProto) -> None:
    """Run the network once: neither its file nor its making shows whether all shapes fit."""
    (taken,) = network.graph.input
    _, height, width, colors = (side.dim_value for side in taken.type.tensor_type.shape.dim)
    image = np.zeros((1, height or _TRIAL_PX, width or _TRIAL_PX, colors), np.uint8)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _LOG_FATAL_ONLY
    session = onnxruntime.InferenceSession(
        network.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    outputs = session.run(None, {taken.name: image})
    if not all(np.isfinite(output).all() for output in outputs):
        raise ValueError("the outputs are not finite")
