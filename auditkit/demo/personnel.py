"""A second example: the personnel files of a made-up German company, as CSV, with a policy in German.

They hold health data and data of children. A seeded generator makes everything up. Seven applications are
kept longer than declared: a planted fault.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from auditkit.demo import people

SEED = 2016_679
AS_OF = date(2026, 11, 22)
STAFF, APPLICATIONS, LATE = 60, 48, 7
_TOWNS = (("24103", "Kiel"), ("24937", "Flensburg"), ("23552", "Lübeck"), ("25524", "Itzehoe"))
_STREETS = ("Hafenstraße", "Lindenweg", "Am Markt", "Schulstraße", "Deichweg")
_TRADES = ("Tischlerei", "Lager", "Verwaltung", "Vertrieb", "Montage")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Personnel:
    """The files of the example in a folder."""

    folder: Path

    @property
    def data(self) -> Path:
        """The folder of the CSV files."""
        return self.folder / "personal"

    @property
    def policy(self) -> Path:
        """The policy, `privacy.yaml`."""
        return self.folder / "privacy.yaml"


def write(folder: str | Path, *, seed: int = SEED) -> Personnel:
    """Write the example into a folder and return its files; older files of the same names are replaced.

    Args:
        folder: is created where it does not exist.
        seed: another seed gives other rows.
    """
    made = Personnel(Path(folder))
    made.data.mkdir(parents=True, exist_ok=True)
    for name, rows in tables(random.Random(seed)).items():
        save(made.data / f"{name}.csv", rows)
    policy = files(__package__).joinpath("personnel.yaml").read_text(encoding="utf-8")
    made.policy.write_text(policy, encoding="utf-8")
    return made


def save(file: Path, rows: Sequence[Row]) -> None:
    """Write rows as CSV, under a header."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def tables(rng: random.Random) -> dict[str, list[Row]]:
    """Return the rows of each table, by its name."""
    staff = [_employee(number, rng) for number in range(1, STAFF + 1)]
    return {
        "mitarbeiter": staff,
        "kinder": list(_children(staff, rng)),
        "fehlzeiten": list(_absences(staff, rng)),
        "bewerbungen": [_application(number, rng) for number in range(1, APPLICATIONS + 1)],
    }


def _employee(number: int, rng: random.Random) -> Row:
    given, _, family = people.full_name(rng).partition(" ")
    code, town = rng.choice(_TOWNS)
    begin = _day(rng, date(2015, 1, 1), date(2025, 12, 31))
    left = number % 10 == 0
    return {
        "personalnummer": 1000 + number, "vorname": given, "nachname": family,
        "geburtsdatum": _day(rng, date(1962, 1, 1), date(2004, 12, 31)),
        "email": f"{people.mailbox(f'{given} {family}')}.{number}@kornmann.example",
        "telefon": people.phone(rng), "strasse": f"{rng.choice(_STREETS)} {rng.randint(1, 90)}",
        "plz": code, "ort": town, "abteilung": rng.choice(_TRADES),
        "schwerbehindert": "ja" if number % 9 == 0 else "nein", "eintritt": begin,
        "austritt": _day(rng, date(2026, 1, 1), date(2026, 10, 31)) if left else "",
    }  # fmt: skip


def _children(staff: Sequence[Row], rng: random.Random) -> Iterator[Row]:
    """Yield the children for whom an employee gets an allowance or takes leave."""
    for employee in staff:
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            given = people.full_name(rng).partition(" ")[0]
            born = _day(rng, date(2010, 1, 1), date(2026, 6, 30))
            yield {
                "personalnummer": employee["personalnummer"], "vorname": given, "geburtsdatum": born,
                "elternzeit_bis": born.replace(year=born.year + 3, day=1) if born.year > 2023 else "",
            }  # fmt: skip


def _absences(staff: Sequence[Row], rng: random.Random) -> Iterator[Row]:
    """Yield absences of the last year, with what the absence is about, but without a diagnosis."""
    for number in range(1, 151):
        employee = staff[number - 1] if number <= len(staff) else rng.choice(staff)
        begin = _day(rng, date(2025, 12, 20), date(2026, 11, 1))
        yield {
            "id": number, "personalnummer": employee["personalnummer"], "von": begin,
            "bis": begin + timedelta(days=rng.randint(0, 20)),
            "grund": rng.choice(("Krankheit", "Krankheit", "Arbeitsunfall", "Kur", "Wiedereingliederung")),
        }  # fmt: skip


def _application(number: int, rng: random.Random) -> Row:
    given, _, family = people.full_name(rng).partition(" ")
    late = number <= LATE
    came = _day(rng, date(2025, 9, 1), date(2026, 3, 1)) if late else _day(rng, date(2026, 7, 1), AS_OF)
    decided = came + timedelta(days=rng.randint(10, 30))
    is_decided = decided <= AS_OF and (late or number % 3 != 0)
    return {
        "id": number, "vorname": given, "nachname": family, "email": people.email(rng),
        "telefon": people.phone(rng), "eingang": came,
        "entschieden_am": decided if is_decided else "",
        "ergebnis": rng.choice(("abgelehnt", "eingestellt")) if is_decided else "offen",
    }  # fmt: skip


def _day(rng: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))
