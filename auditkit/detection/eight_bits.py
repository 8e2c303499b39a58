"""The network of the names model with weights and sums in whole numbers, which processors add up faster.

The file of the model has weights of four bits, which are unpacked into fractions for every text. Here they
are unpacked once, into whole numbers of seven bits. With eight bits, sums of two products would overflow on
processors without special instructions, and the answers would depend on the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

_LARGEST = 63
"""The largest whole number that stands for a weight."""

_FEWEST_OUTPUTS = 100
"""A layer with fewer outputs costs nothing, and its sums decide between labels: it stays as it is."""

_MIDDLE = 8
"""The four bits of a weight are between 0 and 15, where 8 stands for zero."""


def network(file: Path) -> bytes:
    """Return a network whose large layers have weights of four bits, with whole numbers in them."""
    import onnx

    model = onnx.load(file)
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "MatMulNBits":
            _replace(node, stored)
    return bytes(model.SerializeToString())


def _replace(node: Any, stored: Mapping[str, Any]) -> None:
    """Replace a layer with weights of four bits, if it is large."""
    from onnx import numpy_helper

    size = {attribute.name: attribute.i for attribute in node.attribute}
    if size["N"] < _FEWEST_OUTPUTS or size["bits"] != 4 or len(node.input) != 3:
        return
    _, packed, steps = node.input
    weights = _unpacked(
        numpy_helper.to_array(stored[packed]), numpy_helper.to_array(stored[steps]), size["N"], size["K"]
    )
    scales = np.maximum(np.abs(weights).max(0), np.finfo(np.float32).tiny) / _LARGEST
    whole = np.rint(weights / scales).astype(np.int8)
    stored[packed].CopyFrom(numpy_helper.from_array(whole, packed))
    stored[steps].CopyFrom(numpy_helper.from_array(scales.astype(np.float32), steps))
    node.op_type = "DynamicQuantizeMatMul"
    del node.attribute[:]


def _unpacked(packed: Any, steps: Any, outputs: int, inputs: int) -> Any:
    """Return weights as fractions, a row for each input; every block of a column has a step of its own."""
    halves = np.stack([packed & 15, packed >> 4], -1).astype(np.float32) - _MIDDLE
    blocks = halves.reshape(outputs, steps.size // outputs, -1)
    return (blocks * steps.reshape(outputs, -1, 1)).reshape(outputs, -1)[:, :inputs].T
