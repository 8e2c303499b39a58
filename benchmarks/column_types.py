"""What a column costs by its type: one column of distinct values at a time, beside a column of e-mail
addresses.

    python benchmarks/column_types.py [--rows 1000000] [--seed 1]

Processor time of `auditkit.profile` on the open table, both cores counted; a share of what the column of text
costs.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

import auditkit


def made(rows: int, seed: int) -> dict[str, pd.Series]:
    """Return columns of as many distinct values as their type allows."""
    rng = np.random.default_rng(seed)
    seconds = rng.integers(0, 1_700_000_000, rows)
    return {
        "text": pd.Series([f"user{n}@mail.example" for n in rng.permutation(rows)]),
        "timestamp": pd.Series(
            pd.to_datetime(seconds * 1_000_000 + rng.integers(0, 1_000_000, rows), unit="us")
        ),
        "day": pd.Series(pd.to_datetime(seconds, unit="s")).dt.floor("D"),
        "boolean": pd.Series(rng.random(rows) < 0.5),
        "fraction": pd.Series(rng.random(rows) * 1000),
        "whole number below 100,000": pd.Series(rng.integers(0, 100_000, rows)),
        "whole number, any": pd.Series(rng.integers(0, 10**15, rows)),
    }


def seconds(column: pd.Series) -> float:
    """Return the processor time of one profile."""
    with auditkit.open(pd.DataFrame({"value": column})) as source:
        started = time.process_time()
        auditkit.profile(source)
        return time.process_time() - started


def main() -> None:
    """Print a line for each type."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    columns = made(options.rows, options.seed)
    seconds(columns["text"].head(1000))  # what is loaded once
    taken = {name: seconds(column) for name, column in columns.items()}
    for name, spent in taken.items():
        print(f"{name:28} {spent:6.2f} s  {spent / taken['text']:5.0%} of text")


if __name__ == "__main__":
    main()
