"""The tables of the benchmark: made up, of 29 locales, and written as people and machines write them.

Every locale has a table of customers, one of staff, and one of goods. Names of columns are in the language of
the locale, in the style of some programmer. Columns have empty cells, capitals and stray blanks.
"""

from __future__ import annotations

import random
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
from faker import Faker

KINDS = (
    "given name, family name, full name, e-mail, telephone, street, postal code, day of birth, gender, job,"
    " national id"
).split(", ")  # fmt: skip
CUSTOMERS = (
    "given name, family name, e-mail, telephone, street, postal code, day of birth, gender"
).split(", ")  # fmt: skip
STAFF = ("full name", "job", "national id", "IBAN", "user name", "IP address")
GENDERS = ("mf", "MF", ("male", "female"), ("Male", "Female"), "12", ("M", "F", "X"))
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y-%m-%d 00:00:00")
BORN = (date(1930, 1, 1), date(2008, 12, 31))
Maker = Callable[[], str]


@dataclass(frozen=True)
class Column:
    """A column: its table, its name, the locale, and what it holds of people; empty for nothing."""

    table: str
    name: str
    locale: str
    kind: str
    values: tuple[str | None, ...]


def made(seed: int, rows: int = 60) -> list[Column]:
    """Return the columns of all tables, in order."""
    names = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
    return [column for locale, words in names.items() for column in _of_locale(locale, words, seed, rows)]


def frames(columns: list[Column], *, blind: bool) -> dict[str, pd.DataFrame]:
    """Return the tables; `blind` hides the names of columns and of tables."""
    tables: dict[str, dict[str, list[str | None]]] = {}
    for column in columns:
        table, name = shown(column, columns, blind=blind)
        tables.setdefault(table, {})[name] = list(column.values)
    return {table: pd.DataFrame(held) for table, held in tables.items()}


def shown(column: Column, columns: list[Column], *, blind: bool) -> tuple[str, str]:
    """Return the names under which the tools see a column."""
    if not blind:
        return column.table, column.name
    tables = list(dict.fromkeys(other.table for other in columns))
    beside = [other.name for other in columns if other.table == column.table]
    return f"t{tables.index(column.table)}", f"c{beside.index(column.name) + 1}"


def _of_locale(locale: str, words: str, seed: int, rows: int) -> Iterator[Column]:
    rng = random.Random(f"{seed} {locale}")
    fake = Faker(locale)
    fake.seed_instance(f"{seed} {locale}")
    random.seed(f"{seed} {locale}")  # some providers of Faker draw from the generator of the process
    called = dict(zip(KINDS, words.split("; "), strict=True))
    people = _of_people(fake, rng, locale)
    for title, kinds in (("customers", CUSTOMERS), ("staff", STAFF)):
        style = rng.choice(STYLES)
        for kind in kinds:
            if kind in people:
                name = style(called.get(kind, kind))
                yield Column(f"{title}_{locale}", name, locale, kind, _column(people[kind], rng, rows))
        for name, maker in _of_business(rng):
            yield Column(f"{title}_{locale}", style(name), locale, "", _column(maker, rng, rows))
    style = rng.choice(STYLES)
    for name, maker in _of_things(fake, rng):
        yield Column(f"goods_{locale}", style(name), locale, "", _column(maker, rng, rows))


def _of_people(fake: Faker, rng: random.Random, locale: str) -> Mapping[str, Maker]:
    """Return what makes the values of people, as far as the locale has them."""
    form, genders = rng.choice(DATES), rng.choice(GENDERS)
    makers: dict[str, Maker] = {
        "given name": fake.first_name,
        "family name": fake.last_name,
        "full name": fake.name,
        "e-mail": fake.email,
        "telephone": fake.phone_number,
        "street": fake.street_address,
        "postal code": fake.postcode,
        "day of birth": lambda: f"{fake.date_between_dates(*BORN):{form}}",
        "gender": lambda: rng.choice(genders),
        "job": fake.job,
        "IBAN": fake.iban,
        "user name": fake.user_name,
        "IP address": fake.ipv4_public,
    }
    if find_spec(f"faker.providers.ssn.{locale}"):
        makers["national id"] = fake.ssn
    return {kind: maker for kind, maker in makers.items() if _works(maker)}


def _works(maker: Maker) -> bool:
    try:
        return bool(str(maker()))
    except (AttributeError, IndexError, KeyError):  # the locale has no such data
        return False


def _of_business(rng: random.Random) -> Iterator[tuple[str, Maker]]:
    """Yield what tables of people hold besides."""
    yield "created at", lambda: f"2023-01-{1 + rng.randrange(28):02} {rng.randrange(24):02}:07:00"
    yield "status", lambda: rng.choice(["active", "closed", "pending"])
    yield "version", lambda: f"{rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(9)}"


def _of_things(fake: Faker, rng: random.Random) -> Iterator[tuple[str, Maker]]:
    """Yield what tables of goods, shops and machines hold."""
    yield "id", lambda: str(rng.randrange(10**9))
    yield "title", lambda: " ".join(fake.words(2)).capitalize()
    yield "price", lambda: f"{rng.random() * 99:.2f}"
    yield "sku", lambda: f"{rng.choice('ABCD')}{rng.randrange(10**6):06d}"
    yield "quantity", lambda: str(rng.randrange(1000))
    yield "url", fake.uri
    yield "weight", lambda: f"{rng.gauss(0, 1):.6f}"
    yield "ean", fake.ean13
    yield "isbn", fake.isbn13
    yield "firmware", lambda: ".".join(str(rng.randrange(30)) for _ in range(4))
    yield "uuid", fake.uuid4
    yield "sha1", fake.sha1
    yield "color", fake.color_name
    yield "supplier", fake.company
    yield "due date", lambda: f"{date(2024, 1 + rng.randrange(12), 1 + rng.randrange(28))}"
    yield "epoch", lambda: str(1_700_000_000 + rng.randrange(10**7))


def _column(maker: Maker, rng: random.Random, rows: int) -> tuple[str | None, ...]:
    """Return the cells of a column, some of them empty, written in one way."""
    empty = rng.choice([0.0, 0.0, 0.1, 0.4])
    write = rng.choice([str, str, str, str.upper, lambda text: f" {text} "])
    return tuple(
        None if rng.random() < empty else write(str(maker()).replace("\n", ", ")) for _ in range(rows)
    )


def _plain(name: str) -> str:
    """Return a name without accents, where it is in Latin letters."""
    decomposed = unicodedata.normalize("NFKD", name)
    ascii_only = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("ß", "ss")
    return ascii_only if ascii_only.isascii() else name


def _snake(name: str) -> str:
    return "_".join(_plain(name).lower().replace("-", " ").split())


def _camel(name: str) -> str:
    first, *rest = _snake(name).split("_")
    return first + "".join(map(str.capitalize, rest))


STYLES: tuple[Callable[[str], str], ...] = (str, str.title, _snake, lambda name: _snake(name).upper(), _camel)
"""How programmers and people write the names of columns."""
