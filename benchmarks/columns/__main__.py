"""Which tool finds the personal columns of tables in 29 locales, by language and by type.

    python benchmarks/columns [--blind] [--details] [--seed 1] [--rows 30] [--only TOOL]
    python benchmarks/columns --write FOLDER          the tables as CSV, and labels.csv, for other tools
    python benchmarks/columns --export dlp=FILE       what a service says of them; also macie= and purview=
    python benchmarks/columns --reliability           how often auditkit is right, by what it says of itself

`--blind` hides the names of columns and tables. Beside auditkit run the tools of `peers.py` that are
installed, and the plainest tool of all: a regular expression over English names of columns.
"""

from __future__ import annotations

import argparse
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pandas as pd
from exports import READERS
from reliability import reliability
from tables import Column, frames, made, shown

sys.path.append(str(Path(__file__).resolve().parents[1]))
from peers import Columns, Tables, peers

NAMED = re.compile(
    r"name|mail|phone|mobile|address|street|zip|postal|postcode|birth|dob|gender|sex|ssn|job|iban|user",
    re.IGNORECASE,
)


def by_name(tables: Tables) -> Columns:
    """Return the columns whose name looks personal in English."""
    return {(table, column) for table, rows in tables.items() for column in rows if NAMED.search(column)}


def score(found: Columns, labels: dict[tuple[str, str], str]) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    personal = {column for column, kind in labels.items() if kind}
    right = len(found & personal)
    precision, recall = right / max(len(found), 1), right / max(len(personal), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def recalls(
    found: Columns, labels: dict[tuple[str, str], str], group: dict[tuple[str, str], str]
) -> dict[str, float]:
    """Return the share of personal columns that are found, by group."""
    of = Counter(group[column] for column, kind in labels.items() if kind)
    hits = Counter(group[column] for column, kind in labels.items() if kind and column in found)
    return {name: hits[name] / n for name, n in of.items()}


def write(columns: list[Column], folder: Path) -> None:
    """Write the tables as CSV, and the labels."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in frames(columns, blind=False).items():
        rows.to_csv(folder / f"{table}.csv", index=False)
    held = [(column.table, column.name, column.locale, column.kind) for column in columns]
    labels = pd.DataFrame(held, columns=["table", "column", "locale", "kind"])
    labels.to_csv(folder / "labels.csv", index=False)


def exported(arguments: Iterable[str], rows: int) -> dict[str, Columns]:
    """Return what services say of the columns, by the name of the service."""
    pairs = (argument.partition("=") for argument in arguments)
    return {name: READERS[name](Path(file), rows) for name, _, file in pairs}


def main() -> None:
    """Print a table."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--blind", action="store_true", help="hide the names of columns and tables")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=30)
    parser.add_argument("--only", action="append", metavar="TOOL", help="run this tool; may be given again")
    parser.add_argument("--details", action="store_true", help="also print recall by language and by type")
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    parser.add_argument("--export", action="append", default=[], metavar="SERVICE=FILE")
    parser.add_argument("--reliability", action="store_true")
    options = parser.parse_args()
    columns = made(options.seed, options.rows)
    if options.write:
        write(columns, options.write)
        return
    tables = frames(columns, blind=options.blind)
    places = {shown(column, columns, blind=options.blind): column for column in columns}
    labels = {place: column.kind for place, column in places.items()}
    if options.reliability:
        print("\n".join(reliability(tables, labels)))
        return
    print(f"{len(labels)} columns, {sum(map(bool, labels.values()))} about people; seed {options.seed}")
    services = exported(options.export, options.rows)
    tools = {} if services else peers() | {"column names": by_name}
    asked = {name: tool for name, tool in tools.items() if name in (options.only or tools)}
    results = chain(services.items(), ((name, tool(tables)) for name, tool in asked.items()))
    for name, found in results:
        print("{:45} P {:.3f} R {:.3f} F1 {:.3f}".format(name, *score(found, labels)), flush=True)
        for group in ("locale", "kind") if options.details else ():
            by = {place: str(getattr(column, group)) for place, column in places.items()}
            print("   ", "  ".join(f"{k} {v:.2f}" for k, v in recalls(found, labels, by).items()))


if __name__ == "__main__":
    main()
