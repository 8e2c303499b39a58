from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.facts.reidentification.hash_shapes import HashShape, digest_of
from auditkit.outcome import Missing
from auditkit.policy import ColumnPolicy, Policy
from auditkit.relations.names import is_credential, words
from auditkit.vocabulary import ENTITIES, PRESENT, Sensitivity, sensitivity

SCHEMA = pa.schema(
    [(n, pa.string()) for n in ("table", "column", "confidence")] + [(n, pa.int64()) for n in ("rows", "of", "digests", "reversed")]
    + [(n, pa.string()) for n in ("algorithm", "plain")] + [("beside", pa.bool_())]
)  # fmt: skip
DIGESTS, ENUMERATED = 200_000, 100
"""How many different digests of a column are compared with every value of the plain columns, and how many are
looked for in a numbering
plan: those that are the least, which are a sample by chance, for a digest is a number by chance."""
NUMBERS, BLOCK = 1_000_000, 100_000
PLAN = "a numbering plan"
ENOUGH = 0.1
"""Where more of the digests than this are those of plain columns, no plan is tried."""
_CHANCE = 16
"""Digests of fewer hexadecimal digits are met by chance, and count only where a good part of them is met."""
_LIKE_A_HASH = re.compile(
    r"(?:^|_)(?:hash(?:ed)?|digest|md5|sha\d*|pseudo\w*|anon\w*|fingerprint)(?:_|$)|_(?:hash|digest|md5|sha\d*)(?:_|$)"
)
_PHONE = re.compile(r"\+?[\d ()./-]{7,22}")


@dataclass
class Target:
    """The digests of one column that are looked for, and those that were found, each with what it is a digest
    of.
    """

    table: str
    shape: HashShape
    rows: Mapping[str, int] = field(repr=False)
    of: int
    found: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)

    @property
    def told(self) -> Mapping[str, object] | None:
        """What is known of it, in counts; None where nothing was found, or too little for digests as
        short.
        """
        if not self.found or (self.shape.digits < _CHANCE and len(self.found) < max(5, 0.2 * len(self.rows))):
            return None
        (algorithm, plain), _ = Counter(self.found.values()).most_common(1)[0]
        return {
            "table": self.table, "column": self.shape.column, "rows": sum(self.rows[d] for d in self.found),
            "of": self.of, "digests": len(self.rows), "reversed": len(self.found), "algorithm": algorithm,
            "plain": plain, "beside": plain.rpartition(".")[0] == self.table,
            "confidence": "medium" if plain == PLAN else "high",
        }  # fmt: skip


@fact
def reversed_hashes(
    dataset: Dataset,
    policy: Policy,
    profile: Profile,
    hash_shapes: Mapping[str, tuple[HashShape, ...] | Missing],
) -> ir.Table:
    """The columns of digests of which some are digests of what is known: one row for each column of which any
    was found.

    `reversed` of `digests` different ones are those of values of personal columns of the source (as they are,
    stripped, in lower or upper case, of telephone numbers the digits), or of a numbering plan: numbers up to
    a million, dates, blocks of telephone numbers that occur in the source. `rows` of `of` hold such a one.
    `plain` is the column, or the plan, that most are made from, `beside` whether that is in the same table.
    What is made from a number of a plan need not be about a person.
    """
    targets = [
        t
        for name, shapes in hash_shapes.items()
        if not isinstance(shapes, Missing)
        for t in _targets(dataset, name, shapes)
    ]
    if targets:
        blocks = Counter[str]()
        for place, values in _plain(dataset, policy, profile, {(t.table, t.shape.column) for t in targets}):
            met(targets, place, chain.from_iterable(variants(v) for v in _noting(blocks, values)))
        few = [narrowed for t in targets if (narrowed := _few(t)) is not None]
        if few:
            met(
                few,
                PLAN,
                plan([b for b, _ in blocks.most_common(3)]),
                most=3 if any(t.shape.truncated for t in few) else 1,
            )
            _taken_over(targets, few)
    rows = [told for t in targets if (told := t.told) is not None]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def met(targets: Sequence[Target], place: str, texts: Iterable[str], *, most: int | None = None) -> None:
    """Note which digests of the targets are those of some texts, and whose; `most` bounds how many functions
    are tried for each.
    """
    wanted: dict[tuple[str, int], dict[str, list[Target]]] = {}
    for target in targets:
        for algorithm in target.shape.algorithms[:most]:
            of = wanted.setdefault((algorithm, target.shape.digits), {})
            for digest in target.rows:
                of.setdefault(digest, []).append(target)
    functions = [(name, getattr(hashlib, name), digits, of) for (name, digits), of in wanted.items() if of]
    for text in texts:
        data = text.encode()
        for name, function, digits, of in functions:
            digest = function(data).hexdigest()[:digits]
            for target in of.get(digest, ()):
                if (
                    digest not in target.found or place.rpartition(".")[0] == target.table
                ):  # a value beside its digest explains it
                    target.found[digest] = (name, place)


def variants(value: str) -> Iterator[str]:
    """Yield the forms in which a value may have been hashed.

    >>> sorted(variants(" Ana@Example.org"))
    [' Ana@Example.org', 'ANA@EXAMPLE.ORG', 'Ana@Example.org', 'ana@example.org']
    >>> sorted(variants("+44 20 7946 0001"))
    ['+44 20 7946 0001', '+442079460001', '00442079460001', '02079460001', '442079460001']
    """
    text = value.strip()
    forms = {value, text, text.lower(), text.upper()}
    if (digits := _digits(text)) is not None:
        forms |= (
            {digits, f"+{digits}", f"00{digits}", f"0{digits[2:]}"}
            if text.startswith(("+", "00"))
            else {digits, f"+{digits}"}
        )
    yield from forms


def plan(blocks: Sequence[str] = ()) -> Iterator[str]:
    """Yield what is numbered: integers, dates of a century in four forms, and whole blocks of telephone
    numbers.
    """
    yield from map(str, range(NUMBERS))
    for width in (4, 5, 6, 8):
        yield from (f"{n:0{width}d}" for n in range(min(10 ** (width - 1), BLOCK)))
    day = date(1925, 1, 1)
    for _ in range(37_000):
        year, month, rest = f"{day:%Y}", f"{day:%m}", f"{day:%d}"
        yield from (
            f"{year}-{month}-{rest}",
            f"{year}{month}{rest}",
            f"{rest}.{month}.{year}",
            f"{rest}{month}{year}",
        )
        day += timedelta(days=1)
    for block in blocks:
        yield from (form for n in range(BLOCK) for form in (f"{block}{n:05d}", f"+{block}{n:05d}"))


def _digits(text: str) -> str | None:
    """Return the digits of what may be a telephone number, without the zeros of an international call."""
    return re.sub(r"\D", "", text).removeprefix("00") if _PHONE.fullmatch(text) else None


def _targets(dataset: Dataset, name: str, shapes: Sequence[HashShape]) -> Iterator[Target]:
    table = dataset.tables[name]
    for shape in shapes:
        cell = table[shape.column]
        counted = (
            table.filter(cell.notnull())
            .group_by(auditkit_cell=cell.cast("string"))
            .aggregate(auditkit_n=lambda t: t.count())
        )
        cells = [
            row for batch in dataset.stream(counted.order_by("auditkit_cell").limit(DIGESTS)) for row in batch
        ]
        of = int(dataset.fetch(table.aggregate(n=cell.count()))[0]["n"])
        rows = Counter[str]()
        for text, n in cells:
            if (digest := digest_of(text)) is not None and len(digest) == shape.digits:
                rows[digest] += int(float(str(n)))
        yield Target(name, shape, rows, of)


def _plain(
    dataset: Dataset, policy: Policy, profile: Profile, hashed: set[tuple[str, str]]
) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield the columns of personal data that can be read, with their different values, which are
    streamed.
    """
    found = {(c.table, c.column) for c in profile.columns if c.verdict in PRESENT and _is_plain(c.entity)}
    for name, table in dataset.tables.items():
        declared = policy.table(name)
        stated = {c: _is_open(s) for c, s in declared.columns.items()} if declared is not None else {}
        key = declared.subject.key if declared is not None and declared.subject is not None else None
        for column in table.columns if policy.exclusion(name) is None else ():
            kind = table[column].type()
            text = kind.is_string() or kind.is_integer() or kind.is_date()
            if (
                not text
                or (name, column) in hashed
                or not stated.get(column, (name, column) in found or column == key)
            ):
                continue
            cells = table.select(auditkit_cell=table[column].cast("string")).filter(
                lambda t: t.auditkit_cell.notnull()
            )
            yield f"{name}.{column}", (str(v) for batch in dataset.stream(cells.distinct()) for (v,) in batch)


def _noting(blocks: Counter[str], values: Iterable[str]) -> Iterator[str]:
    """Yield values, and count the blocks of telephone numbers on the way."""
    for value in values:
        if (digits := _digits(value)) is not None:
            blocks[digits[:-5]] += 1
        yield value


def _is_open(stated: ColumnPolicy) -> bool:
    return stated.personal and sensitivity(stated.category) is not Sensitivity.CREDENTIAL


def _is_plain(entity: str | None) -> bool:
    if entity is None or entity not in ENTITIES:
        return False
    return (
        entity not in ("FREE_TEXT", "PSEUDONYM")
        and ENTITIES[entity].sensitivity is not Sensitivity.CREDENTIAL
    )


def _few(target: Target) -> Target | None:
    """Return a few of the digests that are left, to be looked for in a numbering plan; None where that would
    not be a person's.
    """
    called = words(target.shape.column)
    if (
        len(target.found) > ENOUGH * len(target.rows)
        or is_credential(called)
        or (target.shape.truncated and not _LIKE_A_HASH.search(called))
    ):
        return None  # it is known already how they are made; or they are of keys, which are made from chance
    left = sorted(target.rows.keys() - target.found.keys())[:ENUMERATED]
    return Target(target.table, target.shape, {d: target.rows[d] for d in left}, target.of) if left else None


def _taken_over(targets: Sequence[Target], few: Sequence[Target]) -> None:
    by_place = {(t.table, t.shape.column): t for t in targets}
    for target in few:
        by_place[target.table, target.shape.column].found.update(target.found)
