"""Which digests are digests of values that anybody can try."""

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
from auditkit.vocabulary import ENTITIES, THROUGHOUT, Sensitivity, sensitivity

SCHEMA = pa.schema(
    [(n, pa.string()) for n in ("table", "column", "confidence")]
    + [(n, pa.int64()) for n in ("rows", "of", "digests", "reversed")]
    + [(n, pa.string()) for n in ("algorithm", "plain")]
    + [("beside", pa.bool_())]
)
DIGESTS = 200_000
"""How many different digests of a column are compared with the values of other columns."""
ENUMERATED = 100
"""How many digests of a column are compared with a numbering plan.

Both take the smallest digests: that is a random sample, because a digest is a random number.
"""
NUMBERS, BLOCK = 1_000_000, 100_000
PLAN = "a numbering plan"
ENOUGH = 0.1
"""Where more of the digests than this are digests of other columns, no numbering plan is tried."""
_BY_CHANCE = 16
"""Digests of fewer hexadecimal digits are met by chance: they count only where many of them are met."""
_CALLED_HASH = re.compile(
    r"(?:^|_)(?:hash(?:ed)?|digest|md5|sha\d*|pseudo\w*|anon\w*|fingerprint)(?:_|$)|_(?:hash|digest|md5|sha\d*)(?:_|$)"
)
_PHONE = re.compile(r"\+?[\d ()./-]{7,22}")


@dataclass
class Target:
    """The digests of one column that are looked for.

    Attributes:
        table: the table of the column.
        shape: the column, and how long its digests are.
        rows: the digests, each with how many rows have it.
        of: how many cells of the column are not empty.
        found: the digests that were found, each with the function that made it and the place of its value.
    """

    table: str
    shape: HashShape
    rows: Mapping[str, int] = field(repr=False)
    of: int
    found: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)

    def to_row(self) -> dict[str, object] | None:
        """Return what was found, in counts; None where it is nothing, or may be chance."""
        few = len(self.found) < max(5, 0.2 * len(self.rows))
        if not self.found or (self.shape.digits < _BY_CHANCE and few):
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
    """The columns of digests of which some digest was found: one row for each column.

    `reversed` of `digests` different ones are digests of a value in a column of personal data, or of an entry
    of a numbering plan; `rows` of `of` cells hold one of them. `plain` is the column, or the plan, of most of
    them, and `algorithm` the function. `beside` says that it is in the same table. An entry of a plan need
    not be about a person.
    """
    targets = [
        target
        for name, shapes in hash_shapes.items()
        if not isinstance(shapes, Missing)
        for target in _targets(dataset, name, shapes)
    ]
    if targets:
        blocks = Counter[str]()
        hashed = {(t.table, t.shape.column) for t in targets}
        for place, values in _plain_columns(dataset, policy, profile, hashed):
            compare(targets, place, chain.from_iterable(map(variants, _counting_blocks(blocks, values))))
        _compare_with_plan(targets, [block for block, _ in blocks.most_common(3)])
    rows = [row for target in targets if (row := target.to_row()) is not None]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def compare(
    targets: Sequence[Target], place: str, texts: Iterable[str], *, algorithms: int | None = None
) -> None:
    """Note which digests of the targets are digests of some texts.

    Args:
        targets: the digests that are looked for.
        place: the column of the texts, as in `users.email`, or the numbering plan.
        texts: what is hashed.
        algorithms: how many functions are tried for each target; without it all of them.
    """
    wanted: dict[tuple[str, int], dict[str, list[Target]]] = {}
    for target in targets:
        for algorithm in target.shape.algorithms[:algorithms]:
            by_digest = wanted.setdefault((algorithm, target.shape.digits), {})
            for digest in target.rows:
                by_digest.setdefault(digest, []).append(target)
    functions = [
        (name, getattr(hashlib, name), digits, by_digest)
        for (name, digits), by_digest in wanted.items()
        if by_digest
    ]
    table = place.rpartition(".")[0]
    for text in texts:
        data = text.encode()
        for name, function, digits, by_digest in functions:
            digest = function(data).hexdigest()[:digits]
            for target in by_digest.get(digest, ()):
                # a value in the same table explains a digest better than one elsewhere
                if digest not in target.found or table == target.table:
                    target.found[digest] = (name, place)


def _compare_with_plan(targets: Sequence[Target], blocks: Sequence[str]) -> None:
    """Compare some of the digests that were not found with a numbering plan."""
    samples = [(t, sample) for t in targets if (sample := _sample(t)) is not None]
    if not samples:
        return
    truncated = any(sample.shape.truncated for _, sample in samples)
    compare([sample for _, sample in samples], PLAN, plan(blocks), algorithms=3 if truncated else 1)
    for target, sample in samples:
        target.found.update(sample.found)


def _sample(target: Target) -> Target | None:
    """Return some digests of a target that were not found; None where a plan would not explain them."""
    name = words(target.shape.column)
    is_explained = len(target.found) > ENOUGH * len(target.rows)
    is_of_a_key = is_credential(name) or (target.shape.truncated and not _CALLED_HASH.search(name))
    if is_explained or is_of_a_key:  # a key is made from chance
        return None
    left = sorted(target.rows.keys() - target.found.keys())[:ENUMERATED]
    return Target(target.table, target.shape, {d: target.rows[d] for d in left}, target.of) if left else None


def variants(value: str) -> Iterator[str]:
    """Yield the forms in which a value may have been hashed.

    >>> sorted(variants(" Ana@Example.org"))
    [' Ana@Example.org', 'ANA@EXAMPLE.ORG', 'Ana@Example.org', 'ana@example.org']
    >>> sorted(variants("+44 20 7946 0001"))
    ['+44 20 7946 0001', '+442079460001', '00442079460001', '02079460001', '442079460001']
    """
    text = value.strip()
    forms = {value, text, text.lower(), text.upper()}
    if (digits := _phone_digits(text)) is not None:
        forms |= {digits, f"+{digits}"}
        if text.startswith(("+", "00")):
            forms |= {f"00{digits}", f"0{digits[2:]}"}
    yield from forms


def plan(blocks: Sequence[str] = ()) -> Iterator[str]:
    """Yield what is numbered: integers, the dates of a century, and blocks of telephone numbers."""
    yield from map(str, range(NUMBERS))
    for width in (4, 5, 6, 8):
        yield from (f"{n:0{width}d}" for n in range(min(10 ** (width - 1), BLOCK)))
    for n in range(37_000):
        day = date(1925, 1, 1) + timedelta(days=n)
        year, month, rest = f"{day:%Y}", f"{day:%m}", f"{day:%d}"
        yield from (f"{year}-{month}-{rest}", f"{year}{month}{rest}")
        yield from (f"{rest}.{month}.{year}", f"{rest}{month}{year}")
    for block in blocks:
        yield from (form for n in range(BLOCK) for form in (f"{block}{n:05d}", f"+{block}{n:05d}"))


def _phone_digits(text: str) -> str | None:
    """Return the digits of a possible telephone number, without the zeros of an international call."""
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
        smallest = counted.order_by("auditkit_cell").limit(DIGESTS)
        cells = [row for batch in dataset.stream(smallest) for row in batch]
        of = int(dataset.fetch(table.aggregate(n=cell.count()))[0]["n"])
        rows = Counter[str]()
        for text, n in cells:
            if (digest := digest_of(text)) is not None and len(digest) == shape.digits:
                rows[digest] += int(float(str(n)))
        yield Target(name, shape, rows, of)


def _plain_columns(
    dataset: Dataset, policy: Policy, profile: Profile, hashed: set[tuple[str, str]]
) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield the columns of readable personal data, each with a stream of its different values."""
    found = {
        (v.table, v.column) for v in profile.columns if v.verdict in THROUGHOUT and _is_readable(v.entity)
    }
    for name, table in dataset.tables.items():
        if policy.exclusion(name) is not None:
            continue
        declared = policy.table(name)
        stated = {c: _is_open(s) for c, s in declared.columns.items()} if declared is not None else {}
        key = declared.subject.key if declared is not None and declared.subject is not None else None
        for column in table.columns:
            kind = table[column].type()
            has_text = kind.is_string() or kind.is_integer() or kind.is_date()
            personal = stated.get(column, (name, column) in found or column == key)
            if not has_text or not personal or (name, column) in hashed:
                continue
            cells = table.select(auditkit_cell=table[column].cast("string"))
            filled = cells.filter(lambda t: t.auditkit_cell.notnull()).distinct()
            yield f"{name}.{column}", (str(v) for batch in dataset.stream(filled) for (v,) in batch)


def _counting_blocks(blocks: Counter[str], values: Iterable[str]) -> Iterator[str]:
    """Yield values, and count the blocks of telephone numbers on the way."""
    for value in values:
        if (digits := _phone_digits(value)) is not None:
            blocks[digits[:-5]] += 1
        yield value


def _is_open(stated: ColumnPolicy) -> bool:
    return stated.personal and sensitivity(stated.category) is not Sensitivity.CREDENTIAL


def _is_readable(entity: str | None) -> bool:
    if entity is None or entity not in ENTITIES or entity in ("FREE_TEXT", "PSEUDONYM"):
        return False
    return ENTITIES[entity].sensitivity is not Sensitivity.CREDENTIAL
