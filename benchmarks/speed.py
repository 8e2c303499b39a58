"""How fast every cell of a wide table is read, beside one pass of RE2 and Presidio cell by cell, in one run.

    python benchmarks/speed.py [--rows 200000] [--seed 1]

The ratios mean something, the seconds only on the machine they were measured on. Presidio is timed on 200
cells and extrapolated.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from faker import Faker
from peers import presidio

import auditkit

FLOOR = "|".join(
    (
        r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}",
        r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
        r"\b(?:[0-9][ -]?){13,19}\b",
        r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b",
    )
)


def made(rows: int, seed: int) -> pa.Table:
    """Return a table about customers, drawn from pools of values."""
    fake, rng = Faker(), random.Random(seed)
    fake.seed_instance(seed)
    pools = {
        "name": fake.name,
        "email": fake.email,
        "phone": fake.phone_number,
        "address": fake.street_address,
        "card": fake.credit_card_number,
        "ssn": fake.ssn,
        "ip": fake.ipv4_public,
        "iban": fake.iban,
        "note": lambda: fake.paragraph(nb_sentences=4),
    }
    columns = {name: rng.choices([make() for _ in range(5000)], k=rows) for name, make in pools.items()}
    columns["email"] = [f"{i}.{email}" for i, email in enumerate(columns["email"])]  # no repeats here
    columns |= {"id": [str(i) for i in range(rows)], "status": rng.choices(["open", "closed"], k=rows)}
    columns["amount"] = [f"{rng.random() * 1000:.2f}" for _ in range(rows)]
    return pa.table(columns)


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    table = made(options.rows, options.seed)
    cells = [str(x) for name in table.column_names for x in table[name].slice(0, 17).to_pylist()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.parquet"
        pq.write_table(table, path)
        started = time.perf_counter()
        columns = auditkit.profile(path).columns
        ours = time.perf_counter() - started
        started = time.perf_counter()
        for name in (read := pq.read_table(path)).column_names:
            pc.match_substring_regex(read[name], FLOOR)
        floor = time.perf_counter() - started
    engine = presidio()
    engine.analyze("warm up", language="en")
    started = time.perf_counter()
    for cell in cells:
        engine.analyze(cell, language="en")
    theirs = (time.perf_counter() - started) / len(cells) * options.rows * table.num_columns
    found = ", ".join(f"{v.column} {v.entity}" for v in columns if v.verdict in ("certain", "likely"))
    print(f"{options.rows:,} rows x {table.num_columns} columns, {table.nbytes / 1e6:.0f} MB: found {found}")
    print(
        f"auditkit {ours:.1f} s, {ours / floor:.1f} times the floor (reading and one RE2 pass, {floor:.2f} s)"
    )
    print(
        f"Presidio without a model, every cell: {theirs / ours:.0f} times as long (extrapolated from"
        f" {len(cells)} cells)"
    )
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


if __name__ == "__main__":
    main()
