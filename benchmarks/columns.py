"""Which tool finds the personal columns of tables that this script makes: precision, recall and F1, side by
side.

    python benchmarks/columns.py [--blind] [--seed 1]

People of eight countries in tables with and without speaking names, beside tables about things. `--blind`
hides the names of columns.
Peers: those of `peers.py` that are installed, and the plainest of all, a regular expression over column
    names.
"""

from __future__ import annotations

import argparse
import random
import re
import time
import warnings
from collections.abc import Callable

import pandas as pd
from faker import Faker
from peers import Columns, Tables, peers

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL")
HEADERS = {
    "en": ("first_name", "last_name", "email", "phone", "street", "zip", "birth_date", "gender"),
    "de": ("vorname", "nachname", "e_mail", "telefon", "strasse", "plz", "geburtsdatum", "geschlecht"),
    "fr": (
        "prenom",
        "nom_de_famille",
        "courriel",
        "telephone",
        "adresse",
        "code_postal",
        "date_naissance",
        "sexe",
    ),
    "es": (
        "nombre_completo",
        "apellidos",
        "correo",
        "telefono",
        "calle",
        "codigo_postal",
        "fecha_nacimiento",
        "genero",
    ),
    "it": ("nome_completo", "cognome", "posta", "cellulare", "indirizzo", "cap", "data_nascita", "sesso"),
    "nl": (
        "voornaam",
        "achternaam",
        "mailadres",
        "telefoonnummer",
        "straat",
        "postcode",
        "geboortedatum",
        "geslacht",
    ),
    "pl": ("imie", "nazwisko", "poczta", "telefon", "ulica", "kod_pocztowy", "data_urodzenia", "plec"),
}
THINGS = ("id", "name", "price", "created_at", "status", "sku", "quantity", "url", "weight", "version")
NAMED = re.compile(
    r"name|mail|phone|mobile|address|street|zip|postal|birth|dob|gender|sex|ssn|passport|iban|card",
    re.IGNORECASE,
)


def made(seed: int, rows: int = 60) -> tuple[dict[str, pd.DataFrame], Columns]:
    """Return the tables, and which of their columns are about people."""
    rng, tables, personal = random.Random(seed), {}, set()
    for locale in LOCALES:
        fake = Faker(locale)
        fake.seed_instance(seed)
        makers: tuple[Callable[[], str], ...] = (
            fake.first_name, fake.last_name, fake.email, fake.phone_number, fake.street_address,
            fake.postcode, lambda fake=fake: str(fake.date_of_birth(minimum_age=16, maximum_age=95)),
            lambda: rng.choice("MF"),
        )  # fmt: skip
        names = HEADERS[locale[:2]]
        frame = {name: [make() for _ in range(rows)] for name, make in zip(names, makers, strict=True)}
        frame["registered"] = [str(fake.date_time_between("-2y")) for _ in range(rows)]
        tables[f"people_{locale}"] = pd.DataFrame(frame)
        personal |= {(f"people_{locale}", name) for name in names}
        goods: tuple[Callable[[], str], ...] = (
            lambda: str(rng.randrange(10**8)), fake.word, lambda: f"{rng.random() * 99:.2f}",
            lambda fake=fake: str(fake.date_time_between("-2y")),
            lambda: rng.choice(["open", "closed", "pending"]),
            lambda: f"{rng.choice('ABCD')}{rng.randrange(10**6):06d}", lambda: str(rng.randrange(100)),
            fake.uri, lambda: f"{rng.gauss(0, 1):.6f}",
            lambda: f"{rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(9)}",
        )  # fmt: skip
        tables[f"goods_{locale}"] = pd.DataFrame(
            {n: [make() for _ in range(rows)] for n, make in zip(THINGS, goods, strict=True)}
        )
    return tables, personal


def by_name(tables: Tables) -> Columns:
    """Return the columns whose name looks personal in English."""
    return {(t, c) for t, frame in tables.items() for c in frame if NAMED.search(c)}


def main() -> None:
    """Print a table."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blind", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tables, personal = made(options.seed)
    if options.blind:
        place = {(t, c): (t, f"c{i}") for t, frame in tables.items() for i, c in enumerate(frame)}
        personal = {place[key] for key in personal}
        tables = {
            t: frame.set_axis([f"c{i}" for i in range(frame.shape[1])], axis=1) for t, frame in tables.items()
        }
    tools = peers() | {"column names": by_name}
    total = sum(frame.shape[1] for frame in tables.values())
    print(
        f"{total} columns, {len(personal)} about people{', names hidden' if options.blind else ''}; seed"
        f" {options.seed}"
    )
    for name, tool in tools.items():
        started = time.perf_counter()
        found = tool(tables)
        right = len(found & personal)
        precision, recall = right / max(len(found), 1), right / len(personal)
        score = 2 * precision * recall / max(precision + recall, 1e-9)
        print(
            f"{name:45} P {precision:.3f} R {recall:.3f} F1 {score:.3f} "
            f" {time.perf_counter() - started:6.1f} s"
        )


if __name__ == "__main__":
    main()
