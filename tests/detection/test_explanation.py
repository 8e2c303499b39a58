from __future__ import annotations

import pyarrow as pa
import pytest

from auditkit.detection import explain, profile_batch

EMAILS = [f"jane{i}@example.org" for i in range(30)]


def test_the_evidence_is_explained_without_a_value():
    batch = pa.RecordBatch.from_pydict(
        {"contact": EMAILS, "note": [f"write to {e} about the order that came so late" for e in EMAILS]}
    )
    found = profile_batch("users", batch)
    text = explain(found, "users", "contact")
    assert text.startswith("users.contact: EMAIL_ADDRESS, certain")
    assert "before anything is known" in text
    assert "sum: a probability of" in text
    parts = [float(line.split()[0]) for line in text.splitlines() if line.startswith("  ")]
    assert sum(parts[:-1]) == pytest.approx(parts[-1], abs=0.1 * len(parts))
    assert "inside the cells: EMAIL_ADDRESS in 30; 30 cells hold any" in explain(found, "users", "note")
    assert not any(e in text for e in EMAILS)


def test_an_unknown_column_is_an_error_that_helps():
    with pytest.raises(ValueError, match=r"no column users\.contcat.*users\.contact"):
        explain(profile_batch("users", pa.RecordBatch.from_pydict({"contact": EMAILS})), "users", "contcat")


def test_an_empty_column_is_explained():
    text = explain(
        profile_batch("users", pa.RecordBatch.from_pydict({"fax": pa.nulls(3, pa.string())})), "users", "fax"
    )
    assert "empty" in text
