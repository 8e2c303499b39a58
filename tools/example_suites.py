"""The suites for Great Expectations of the example, which are committed below `expectations/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from auditkit import dataset, demo
from auditkit.expectations.compilation import compile
from auditkit.expectations.suite import texts

FOLDER = "expectations"
TICKETS, SAMPLE = 1_000, 200


@cache
def pages() -> dict[str, str]:
    """Return the files of the example's suites by their paths below the project.

    They are compiled from a small edition of the example. It has the same tables, references and columns of
    personal data as the full one.
    """
    with TemporaryDirectory() as folder:
        made = demo.write(Path(folder), tickets=TICKETS)
        with dataset.open(made.database) as opened:
            suites = texts(compile(opened, made.policy, sample=SAMPLE))
    return {f"{FOLDER}/{name}": text for name, text in suites.items()}
