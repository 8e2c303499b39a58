"""The suites of the example, which are part of the project's pages."""

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
    """Return the files of the example's suites by their paths below the project: what `write` makes of them
    there.

    They are made from a small edition of it. Its tables, references and columns of personal data are those of
    the whole.
    """
    with TemporaryDirectory() as folder:
        made = demo.write(Path(folder), tickets=TICKETS)
        with dataset.open(made.database) as opened:
            return {
                f"{FOLDER}/{name}": text
                for name, text in texts(compile(opened, made.policy, sample=SAMPLE)).items()
            }
