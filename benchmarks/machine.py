"""How often columns that machines write are called personal.

    python benchmarks/machine.py [--rows 100000] [--seed 1] [--plant] [KIND ...]

Each kind of `machine_kinds.py` is profiled as a table of its own, under names without a meaning (`c1`,
`value`) and under its own name. A verdict of certain, likely or review is a false alarm and is printed, and
so is what the cells are said to contain; only sentences and documents may be for review. `--plant` puts one
card, account, e-mail address and telephone number into each column, and prints what is not found.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence

import pandas as pd
from machine_kinds import GOODS, IDENTIFIERS, NUMBERS, TEXTS, TIMES

import auditkit
from auditkit.detection.profile import Profile

PLANTED = {
    "CREDIT_CARD": "4111 1111 1111 1111",
    "IBAN_CODE": "DE89 3704 0044 0532 0130 00",
    "EMAIL_ADDRESS": "jane.doe@example.org",
    "PHONE_NUMBER": "+41 44 668 18 00",
}
KINDS = {**IDENTIFIERS, **TIMES, **NUMBERS, **GOODS, **TEXTS}


def column(kind: str, rows: int, seed: int) -> list[object]:
    """Return the values of a kind; times in seconds are numbers, unless the kind says text."""
    rng = random.Random(f"{seed} {kind}")
    draw = KINDS[kind][1]
    values = [draw(rng) for _ in range(rows)]
    if kind.startswith("epoch") and "text" not in kind and all(str(value).isdigit() for value in values):
        return [int(str(value)) for value in values]
    return values


def planted(values: Sequence[object]) -> list[str]:
    """Return values as text, with one of each planted value among them."""
    texts = [str(value) for value in values]
    for at, value in enumerate(PLANTED.values()):
        texts[at * len(texts) // len(PLANTED)] = value
    return texts


def alarms(kind: str, values: Sequence[object], *, plant: bool) -> Iterator[str]:
    """Yield what is wrong with the verdicts on a column: false alarms, or planted values not found."""
    (state,) = auditkit.profile(pd.DataFrame({"c1": pd.Series(values)})).states.values()
    for name in dict.fromkeys(("c1", "value", KINDS[kind][0])):
        (verdict,) = Profile({("data", name): state}).columns
        if plant:
            for entity in PLANTED:
                if verdict.contains.get(entity) != 1 and verdict.entity != entity:
                    yield f"{name}: {entity} is not found"
        elif verdict.contains or (verdict.verdict != "none" and verdict.entity != "FREE_TEXT"):
            yield f"{name}: {verdict.verdict} {verdict.entity or ''} {dict(verdict.contains) or ''}"


def main() -> None:
    """Print what is called personal, or what was planted and is not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plant", action="store_true")
    options = parser.parse_args()
    kinds = options.kinds or list(KINDS)
    wrong = 0
    for kind in kinds:
        values = column(kind, options.rows, options.seed)
        found = list(alarms(kind, planted(values) if options.plant else values, plant=options.plant))
        wrong += bool(found)
        for alarm in found:
            print(f"{kind:26} {alarm}")
    fault = "something not found" if options.plant else "a false alarm"
    print(f"{len(kinds)} kinds of {options.rows:,} rows: {wrong} with {fault}")


if __name__ == "__main__":
    main()
