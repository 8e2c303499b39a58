"""Which tool finds the personal columns of tables that this script makes: precision, recall and F1.

    python benchmarks/columns.py [--blind] [--seed 1]

The tables are of people of eight countries, with and without telling names of columns, and of things.
`--blind` hides the names of columns. Beside auditkit run the tools of `peers.py` that are installed, and the
plainest tool of all: a regular expression over column names.
"""

from __future__ import annotations

import argparse
import random
import re
import time
import warnings
from collections.abc import Callable, Sequence

import pandas as pd
from faker import Faker
from peers import Columns, Tables, peers

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL")
HEADERS = {
    "en": "first_name last_name email phone street zip birth_date gender",
    "de": "vorname nachname e_mail telefon strasse plz geburtsdatum geschlecht",
    "fr": "prenom nom_de_famille courriel telephone adresse code_postal date_naissance sexe",
    "es": "nombre_completo apellidos correo telefono calle codigo_postal fecha_nacimiento genero",
    "it": "nome_completo cognome posta cellulare indirizzo cap data_nascita sesso",
    "nl": "voornaam achternaam mailadres telefoonnummer straat postcode geboortedatum geslacht",
    "pl": "imie nazwisko poczta telefon ulica kod_pocztowy data_urodzenia plec",
}
THINGS = ("id", "name", "price", "created_at", "status", "sku", "quantity", "url", "weight", "version")
NAMED = re.compile(
    r"name|mail|phone|mobile|address|street|zip|postal|birth|dob|gender|sex|ssn|passport|iban|card",
    re.IGNORECASE,
)


Makers = tuple[Callable[[], str], ...]


def made(seed: int, rows: int = 60) -> tuple[dict[str, pd.DataFrame], Columns]:
    """Return the tables, and which of their columns are about people."""
    rng, tables, personal = random.Random(seed), {}, set()
    for locale in LOCALES:
        fake = Faker(locale)
        fake.seed_instance(seed)
        names = HEADERS[locale[:2]].split()
        people = frame(names, of_people(fake, rng), rows)
        people["registered"] = [str(fake.date_time_between("-2y")) for _ in range(rows)]
        tables[f"people_{locale}"] = pd.DataFrame(people)
        personal |= {(f"people_{locale}", name) for name in names}
        tables[f"goods_{locale}"] = pd.DataFrame(frame(THINGS, of_things(fake, rng), rows))
    return tables, personal


def frame(names: Sequence[str], makers: Makers, rows: int) -> dict[str, list[str]]:
    """Return columns of some names, each filled by its maker."""
    return {name: [make() for _ in range(rows)] for name, make in zip(names, makers, strict=True)}


def of_people(fake: Faker, rng: random.Random) -> Makers:
    """Return what makes the values of people, in the order of `HEADERS`."""
    return (
        fake.first_name,
        fake.last_name,
        fake.email,
        fake.phone_number,
        fake.street_address,
        fake.postcode,
        lambda: str(fake.date_of_birth(minimum_age=16, maximum_age=95)),
        lambda: rng.choice("MF"),
    )


def of_things(fake: Faker, rng: random.Random) -> Makers:
    """Return what makes the values of things, in the order of `THINGS`."""
    return (
        lambda: str(rng.randrange(10**8)),
        fake.word,
        lambda: f"{rng.random() * 99:.2f}",
        lambda: str(fake.date_time_between("-2y")),
        lambda: rng.choice(["open", "closed", "pending"]),
        lambda: f"{rng.choice('ABCD')}{rng.randrange(10**6):06d}",
        lambda: str(rng.randrange(100)),
        fake.uri,
        lambda: f"{rng.gauss(0, 1):.6f}",
        lambda: f"{rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(9)}",
    )


def by_name(tables: Tables) -> Columns:
    """Return the columns whose name looks personal in English."""
    return {(table, column) for table, rows in tables.items() for column in rows if NAMED.search(column)}


def hidden(tables: Tables, personal: Columns) -> tuple[Tables, Columns]:
    """Return tables whose columns are called by their place, and the personal ones among them."""
    places = {
        (table, column): (table, f"c{at}") for table, rows in tables.items() for at, column in enumerate(rows)
    }
    renamed = {
        table: rows.set_axis([f"c{at}" for at in range(rows.shape[1])], axis=1)
        for table, rows in tables.items()
    }
    return renamed, {places[column] for column in personal}


def main() -> None:
    """Print a table."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blind", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tables, personal = made(options.seed)
    if options.blind:
        tables, personal = hidden(tables, personal)
    total = sum(rows.shape[1] for rows in tables.values())
    names = ", names hidden" if options.blind else ""
    print(f"{total} columns, {len(personal)} about people{names}; seed {options.seed}")
    for name, tool in (peers() | {"column names": by_name}).items():
        started = time.perf_counter()
        found = tool(tables)
        seconds = time.perf_counter() - started
        right = len(found & personal)
        precision, recall = right / max(len(found), 1), right / len(personal)
        score = 2 * precision * recall / max(precision + recall, 1e-9)
        print(f"{name:45} P {precision:.3f} R {recall:.3f} F1 {score:.3f}  {seconds:6.1f} s")


if __name__ == "__main__":
    main()
