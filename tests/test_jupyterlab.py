"""A notebook in a real JupyterLab: every cell runs, tables and figures live, and nothing leaves the machine.

`make lab` does the same with every notebook on the example, and keeps the pictures.
"""

from __future__ import annotations

import pandas as pd
import pytest

from tools import lab

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(lab.missing()), reason=f"not installed: {lab.missing()}"),
]


def test_every_cell_runs_and_the_tables_and_figures_live(tmp_path):
    rows = {f"column_{n}": range(9) for n in range(9)} | {
        "email": [f"canary{n}@mail.example" for n in range(9)]
    }
    pd.DataFrame(rows).to_csv(tmp_path / "people.csv", index=False)
    (notebook,) = lab.copied(["explore"], tmp_path, {"source": "people.csv"})
    with lab.server(tmp_path) as address:
        found = lab.run_all(address, notebook, lab.ROOT / "build" / "lab")
    assert found["errors"] == []
    assert (found["run"], found["streams"], found["foreign"]) == (found["cells"], 0, [])
    assert found["tables"] >= 1 and found["figures"] == 4
    assert (lab.ROOT / "build" / "lab" / "explore-dark.png").stat().st_size > 10_000
