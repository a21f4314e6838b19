"""A small builder of ONNX graphs: each call adds a node and names its output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

_OPSET: Final = 17
_IR_VERSION: Final = 8

_Shape = Sequence[int | str]


class GraphBuilder:
    """An ONNX graph under construction."""

    def __init__(self) -> None:
        """Start empty."""
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, values: npt.NDArray[np.generic]) -> str:
        """Add a constant and return its name."""
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def floats(self, values: npt.NDArray[np.float32], stored: type[np.float32 | np.float16]) -> str:
        """Add a float32 constant that the file holds in fewer bits; return its name.

        ONNX Runtime widens it once, when the graph is loaded.
        """
        name = self.constant(values.astype(stored))
        if stored is np.float32:
            return name
        return self.add("Cast", name, to=onnx.TensorProto.FLOAT)

    def add(self, operator: str, *inputs: str, **attributes: int | str | Sequence[int]) -> str:
        """Add a node and return the name of its output."""
        name = f"v{len(self._nodes)}"
        node = helper.make_node(operator, list(inputs), [name])
        node.attribute.extend(helper.make_attribute(key, v) for key, v in attributes.items())
        self._nodes.append(node)
        return name

    def model(
        self,
        *,
        inputs: Mapping[str, tuple[int, _Shape]],
        outputs: Mapping[str, tuple[str, _Shape]],
    ) -> onnx.ModelProto:
        """Return the checked model; *inputs* give (type, shape), *outputs* (value, shape)."""
        for name, (value, _) in outputs.items():
            self._nodes.append(helper.make_node("Identity", [value], [name]))
        graph = helper.make_graph(
            self._nodes,
            "mien",
            [helper.make_tensor_value_info(n, t, shape) for n, (t, shape) in inputs.items()],
            [
                helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, shape)
                for n, (_, shape) in outputs.items()
            ],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = _IR_VERSION
        model.producer_name = "mien"
        onnx.checker.check_model(model)
        return model
