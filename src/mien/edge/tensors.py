"""ONNX graphs in the notation of numpy: an operator between tensors adds a node.

Enough of it for `graphs.py`. A plain number beside a tensor takes the tensor's type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import compose, helper, numpy_helper, version_converter

OPSET: Final = 17
_IR_VERSION: Final = 8

Attribute = int | str | Sequence[int] | onnx.GraphProto


@final
class Graph:
    """An ONNX graph under construction."""

    def __init__(self) -> None:
        """Start empty."""
        self.nodes: list[onnx.NodeProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._count = 0

    def input(self, name: str, dtype: npt.DTypeLike, *shape: int | str) -> Tensor:
        """Add an input."""
        self._inputs.append(helper.make_tensor_value_info(name, _kind(dtype), shape))
        return Tensor(self, name, np.dtype(dtype))

    def constant(self, values: npt.ArrayLike, dtype: npt.DTypeLike) -> Tensor:
        """Add a constant."""
        name = self.new_name()
        self._constants.append(numpy_helper.from_array(np.array(values, dtype), name))
        return Tensor(self, name, np.dtype(dtype))

    def add(
        self,
        operator: str,
        *inputs: Tensor,
        dtype: npt.DTypeLike | None = None,
        **attributes: Attribute,
    ) -> Tensor:
        """Add a node and return its output, of the first input's type where none is given."""
        name = self.new_name()
        node = helper.make_node(operator, [tensor.name for tensor in inputs], [name])
        node.attribute.extend(helper.make_attribute(key, v) for key, v in attributes.items())
        self.nodes.append(node)
        return Tensor(self, name, inputs[0].dtype if dtype is None else np.dtype(dtype))

    def join(self, axis: int, *tensors: Tensor) -> Tensor:
        """Return tensors one after another."""
        return self.add("Concat", *tensors, axis=axis)

    def count_to(self, end: Tensor) -> Tensor:
        """Return the numbers from 0 to before a scalar, int64."""
        zero, one = self.constant(0, np.int64), self.constant(1, np.int64)
        return self.add("Range", zero, end, one)

    def choose(self, mask: Tensor, there: Tensor, elsewhere: Tensor) -> Tensor:
        """Return the elements of one tensor where a mask holds, elsewhere of the other."""
        return self.add("Where", mask, there, elsewhere, dtype=there.dtype)

    def repeat(
        self, times: Tensor, start: Tensor, step: Callable[[Tensor, Tensor], Tensor]
    ) -> Tensor:
        """Return a vector after as many steps, each from (its number, the vector) to the next."""
        go_on = self.constant(values=True, dtype=np.bool_)
        outside, self.nodes = self.nodes, []
        at, is_on, now = (self.new_name() for _ in range(3))
        then = step(Tensor(self, at, np.dtype(np.int64)), Tensor(self, now, start.dtype))
        still = self.add("Identity", Tensor(self, is_on, np.dtype(np.bool_)))
        body = helper.make_graph(
            self.nodes,
            "step",
            [
                helper.make_tensor_value_info(at, _kind(np.int64), []),
                helper.make_tensor_value_info(is_on, _kind(np.bool_), []),
                helper.make_tensor_value_info(now, _kind(start.dtype), ["n"]),
            ],
            [
                helper.make_tensor_value_info(still.name, _kind(np.bool_), []),
                helper.make_tensor_value_info(then.name, _kind(then.dtype), ["n"]),
            ],
        )
        self.nodes = outside
        return self.add("Loop", times, go_on, start, dtype=start.dtype, body=body)

    def include(self, network: onnx.ModelProto, given: Tensor) -> list[Tensor]:
        """Add a network of one input and return its outputs, float32."""
        sorted_ = onnx.ModelProto()
        sorted_.CopyFrom(network)
        _sort(sorted_.graph)
        converted = version_converter.convert_version(sorted_, OPSET)
        inner = compose.add_prefix_graph(converted.graph, f"{self.new_name()}_")
        self.nodes.append(helper.make_node("Identity", [given.name], [inner.input[0].name]))
        self.nodes.extend(inner.node)
        self._constants.extend(inner.initializer)
        return [Tensor(self, output.name, np.dtype(np.float32)) for output in inner.output]

    def output(self, name: str, tensor: Tensor, *shape: int | str) -> None:
        """Add an output."""
        self.nodes.append(helper.make_node("Identity", [tensor.name], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, _kind(tensor.dtype), shape))

    def model(self) -> onnx.ModelProto:
        """Return the checked model."""
        graph = helper.make_graph(self.nodes, "mien", self._inputs, self._outputs, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = _IR_VERSION
        model.producer_name = "mien"
        onnx.checker.check_model(model)
        return model

    def new_name(self) -> str:
        """Return a name that nothing has."""
        self._count += 1
        return f"t{self._count}"


@final
@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """A tensor of a graph."""

    graph: Graph
    name: str
    dtype: np.dtype[np.generic]

    def __add__(self, other: Operand) -> Tensor:
        """Return the sum."""
        return self.apply("Add", other)

    def __sub__(self, other: Operand) -> Tensor:
        """Return the difference."""
        return self.apply("Sub", other)

    def __mul__(self, other: Operand) -> Tensor:
        """Return the product of elements."""
        return self.apply("Mul", other)

    def __truediv__(self, other: Operand) -> Tensor:
        """Return the quotient; of integers, as `//` for positive ones."""
        return self.apply("Div", other)

    def __matmul__(self, other: Operand) -> Tensor:
        """Return the matrix product."""
        return self.apply("MatMul", other)

    def __and__(self, other: Operand) -> Tensor:
        """Return where both hold."""
        return self.apply("And", other)

    def __or__(self, other: Operand) -> Tensor:
        """Return where one holds."""
        return self.apply("Or", other)

    def __invert__(self) -> Tensor:
        """Return where it does not hold."""
        return self.graph.add("Not", self)

    def __lt__(self, other: Operand) -> Tensor:
        """Return where it is less."""
        return self.apply("Less", other, np.bool_)

    def __gt__(self, other: Operand) -> Tensor:
        """Return where it is greater."""
        return self.apply("Greater", other, np.bool_)

    def __ge__(self, other: Operand) -> Tensor:
        """Return where it is at least as great."""
        return self.apply("GreaterOrEqual", other, np.bool_)

    def apply(self, operator: str, other: Operand, dtype: npt.DTypeLike | None = None) -> Tensor:
        """Return what an operator makes of it and another tensor, or a number of its type."""
        if not isinstance(other, Tensor):
            other = self.graph.constant(other, self.dtype)
        return self.graph.add(operator, self, other, dtype=dtype)

    def min(self, other: Operand) -> Tensor:
        """Return the smaller elements."""
        return self.apply("Min", other)

    def max(self, other: Operand) -> Tensor:
        """Return the larger elements."""
        return self.apply("Max", other)

    def to(self, dtype: npt.DTypeLike) -> Tensor:
        """Return it in another type."""
        return self.graph.add("Cast", self, dtype=dtype, to=_kind(dtype))

    def take(self, at: Operand, axis: int = 0) -> Tensor:
        """Return the elements at a number, or at several, of an axis."""
        if not isinstance(at, Tensor):
            at = self.graph.constant(at, np.int64)
        return self.graph.add("Gather", self, at, axis=axis)

    def only(self, mask: Tensor) -> Tensor:
        """Return the rows for which a mask holds."""
        return self.graph.add("Compress", self, mask, axis=0)

    def reshape(self, *shape: int) -> Tensor:
        """Return it in another shape; -1 is what is left over."""
        return self.graph.add("Reshape", self, self.graph.constant(shape, np.int64))

    def transpose(self) -> Tensor:
        """Return a matrix with rows and columns exchanged."""
        return self.graph.add("Transpose", self, perm=[1, 0])

    def nonzero(self) -> Tensor:
        """Return where a tensor is not zero, int64 [axes, n]."""
        return self.graph.add("NonZero", self, dtype=np.int64)

    def add_axis(self, axis: int) -> Tensor:
        """Return it with one more axis, of length 1."""
        return self.graph.add("Unsqueeze", self, self.graph.constant([axis], np.int64))

    def shape(self) -> Tensor:
        """Return the lengths of its axes, int64."""
        return self.graph.add("Shape", self, dtype=np.int64)

    def sum(self, axis: int) -> Tensor:
        """Return the sums along an axis."""
        axes = self.graph.constant([axis], np.int64)
        return self.graph.add("ReduceSum", self, axes, keepdims=0)

    def reduce(self, operator: str, *axes: int) -> Tensor:
        """Return the Max, Min, Mean, Prod or L2 of the elements along axes, or of all."""
        if not axes:
            return self.graph.add(f"Reduce{operator}", self, keepdims=0)
        return self.graph.add(f"Reduce{operator}", self, keepdims=0, axes=axes)

    def map(self, operator: str) -> Tensor:
        """Return the Exp, Log, Sqrt, Tanh, Abs or Round of each element."""
        return self.graph.add(operator, self)

    def descending(self) -> Tensor:
        """Return the numbers of a vector's elements, largest first."""
        names = [self.graph.new_name() for _ in range(2)]
        node = helper.make_node("TopK", [self.name, self.shape().name], names)
        self.graph.nodes.append(node)
        return Tensor(self.graph, names[1], np.dtype(np.int64))

    def largest(self) -> Tensor:
        """Return the number of a vector's largest element."""
        return self.graph.add("ArgMax", self, dtype=np.int64, keepdims=0)


Operand = Tensor | npt.ArrayLike


def _kind(dtype: npt.DTypeLike) -> int:
    return int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))


def _sort(graph: onnx.GraphProto) -> None:
    """Put every node after those that it needs, as the standard wants and quantizers forget."""
    waiting = list(graph.node)
    made = {output for node in waiting for output in node.output}
    del graph.node[:]
    while waiting:
        ready = [node for node in waiting if not made.intersection(node.input)]
        graph.node.extend(ready)
        made.difference_update(output for node in ready for output in node.output)
        waiting = [node for node in waiting if made.intersection(node.output)]
