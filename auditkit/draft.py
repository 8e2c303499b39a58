"""The draft of a policy: what was found is written down, what only people can state is null and says who
states it.

The machine never signs. A draft loads as it is, promises nothing, and gives its guesses (tenants, references,
clocks) as comments.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from auditkit import relations as related
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.names import PEOPLE, singular
from auditkit.vocabulary import ENTITIES, PRESENT

if TYPE_CHECKING:
    from auditkit.dataset import Dataset
    from auditkit.detection import Profile
    from auditkit.detection.verdict import ColumnVerdict

_HEAD = """\
# A draft of a policy, made from what is in the data. Nothing in it is promised yet: people state what is null, and review the rest.
# Every key is described in docs/reference/policy-keys.md.
version: 1
name: {name}

controller: null  # to be stated by the controller, such as {{name: Example SA, contact: privacy@example.org}}
dpo: null  # to be stated by the controller
processors: null  # to be stated by the controller
purposes: null  # to be stated by the process owner, such as {{support: {{text: Answer customers, legal_basis: contract}}}}
"""
_TAIL = """
attestations:
  - field: necessity
    value: null  # to be stated by the process owner
  - field: proportionality
    value: null  # to be stated by the process owner
  - field: dpo_advice
    value: null  # to be stated by the data protection officer
decision: null  # to be stated by the controller
review: null  # to be stated by the controller, such as {next: 2027-01-31, every: P1Y}
"""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "none"})
_LONGEST_KEY = 1000
"""A key of one line has at most 1,024 characters (YAML 1.2, 8.2.2)."""
_CLOCKS = (
    "clos",
    "end",
    "finish",
    "complet",
    "cancel",
    "expire",
    "last",
    "seen",
    "creat",
    "date",
    "time",
    "_at",
)
"""Words in the name of a column that may set a retention period running, the likeliest first."""


def draft(dataset: Dataset, profile: Profile, relations: Relations | None = None) -> str:
    """Return the YAML text of a policy for what was found in a dataset.

    Args:
        dataset: the tables.
        profile: what personal data their columns hold; certain and likely columns are declared, those to
            review are comments.
        relations: its references and tenants; looked for where they are not given.
    """
    relations = relations or related.of(dataset, Policy.empty())
    by_table = {
        name: tuple(v for v in profile.columns if v.table == name)
        for name in dict.fromkeys(v.table for v in profile.columns)
    }
    personal = {
        name: verdicts for name, verdicts in by_table.items() if any(_is_declared(v) for v in verdicts)
    }
    keys = {key.table: key.columns[0] for key in dataset.keys() if key.primary and len(key.columns) == 1}
    lines = [
        *_HEAD.format(name=quoted(dataset.name)).splitlines(),
        *_tenancy(relations),
        "",
        "tables:" if personal else "tables: null  # no personal data was found",
        *(
            line
            for name, verdicts in personal.items()
            for line in _table(name, verdicts, keys.get(name), dataset, relations)
        ),
        *_rest(dataset, profile, {name: v for name, v in by_table.items() if name not in personal}),
        *_TAIL.splitlines(),
    ]
    return "\n".join(lines) + "\n"


def quoted(name: str) -> str:
    r"""Return a name as YAML reads it back, on one line: as it is where that is safe, else in double quotes.

    >>> print(quoted("users"), quoted("no"), quoted("a: b\n#"), quoted('"'))
    users "no" "a: b\U0000000a#" "\""
    """
    if _PLAIN.fullmatch(name) and name.casefold() not in _NOT_WORDS:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def _entry(indent: str, name: str, value: str) -> Iterator[str]:
    """Yield the lines of a key and its value; a long key needs a line of its own."""
    key = quoted(name)
    if len(key) < _LONGEST_KEY:
        yield f"{indent}{key}: {value}".rstrip()
    else:
        yield f"{indent}? {key}"
        yield f"{indent}: {value}".rstrip()


def _is_declared(verdict: ColumnVerdict) -> bool:
    """Return whether a column is declared: it holds personal data for all that can be told; a text only where
    some was found in it.
    """
    if verdict.entity == "FREE_TEXT" and not verdict.contains:
        return False
    return verdict.category is not None and verdict.verdict in PRESENT


def _table(
    name: str, verdicts: Sequence[ColumnVerdict], key: str | None, dataset: Dataset, relations: Relations
) -> Iterator[str]:
    subject = f"{{type: ..., key: {quoted(key)}}}" if key else ""
    yield from _entry("  ", name, "")
    yield f"    subject: null  # to be stated by the process owner{_such_as(subject)}"
    yield "    purposes: null  # to be stated by the process owner: names from `purposes`"
    yield "    columns:"
    for verdict in verdicts:
        if _is_declared(verdict):
            yield from _entry(
                "      ", verdict.column, f"{verdict.category}  # {verdict.verdict}: {_label(verdict)}"
            )
        elif verdict.verdict in ("review", "empty") and verdict.category is not None:
            yield from _entry("      # ", verdict.column, f"{verdict.category}  # {_doubt(verdict)}")
    yield (
        f"    retention: null  # to be stated by the process owner{_such_as(_clock(name, dataset, verdicts))}"
    )
    guessed = [r for r in relations.of(name) if r.origin is related.Origin.INFERRED and len(r.columns) == 1]
    if guessed:
        yield "    # references:  # guessed from names and values"
    for reference in guessed:
        yield from _entry(
            "    #   ", reference.columns[0], quoted(f"{reference.parent}.{reference.parent_columns[0]}")
        )


def _label(verdict: ColumnVerdict) -> str:
    """Return in words what a column holds, and what else its texts hold."""
    entity = verdict.entity or "personal data"
    label = ENTITIES[entity].label if entity in ENTITIES else entity
    inside = [ENTITIES[entity].label for entity in sorted(verdict.contains) if entity in ENTITIES]
    return f"{label}, with {', '.join(inside)} in it" if inside else label


def _doubt(verdict: ColumnVerdict) -> str:
    return (
        f"empty, but named like: {_label(verdict)}"
        if verdict.verdict == "empty"
        else f"to review, perhaps: {_label(verdict)}"
    )


def _clock(name: str, dataset: Dataset, verdicts: Sequence[ColumnVerdict]) -> str:
    """Return a rule whose clock is the likeliest column; which one is right, only people know."""
    table = dataset.tables.get(name)
    if table is None:
        return ""
    personal = {v.column for v in verdicts if _is_declared(v)}  # a date of birth is no clock
    clocks = [
        c
        for c, kind in table.schema().items()
        if kind.is_date() or kind.is_timestamp() or c.lower().endswith("_at")
    ]
    ranked = sorted(
        (i, c) for c in clocks for i, word in enumerate(_CLOCKS) if word in c.lower() and c not in personal
    )
    return f"{{start: {quoted(ranked[0][1])}, max: P3Y, grace: P30D, basis: ...}}" if ranked else ""


def _such_as(example: str) -> str:
    return f", such as {example}" if example else ""


def _tenancy(relations: Relations) -> Iterator[str]:
    yield "tenancy: null  # to be stated by the process owner"
    if relations.boundary is not None:
        key = quoted(relations.boundary.key) if relations.boundary.key else "null"
        yield f"# tenancy: {{root: {quoted(relations.boundary.root)}, key: {key}}}  # guessed from names"
    elif (shared := _shared_parent(relations)) is not None:
        root, key = map(quoted, shared)
        yield (
            f"# tenancy: {{root: {root}, key: {key}}}  # if its rows are separate organisations that must not"
            " see each other's data"
        )


def _shared_parent(relations: Relations) -> tuple[str, str] | None:
    """Return what most tables, and more than one, refer to by a column of the same name, and that column;
    people are no tenants.
    """
    found = {
        (r.parent, r.columns[0], r.table)
        for r in relations.references
        if len(r.columns) == 1 and r.table != r.parent
    }
    tables = Counter(
        (parent, column) for parent, column, _ in found if singular(parent).rpartition("_")[2] not in PEOPLE
    )
    return min(
        (pair for pair, n in tables.items() if n > 1), key=lambda pair: (-tables[pair], pair), default=None
    )


def _rest(
    dataset: Dataset, profile: Profile, others: Mapping[str, tuple[ColumnVerdict, ...]]
) -> Iterator[str]:
    """Yield as comments the tables that are not declared: what to review in them, and what could not be
    read.
    """
    doubtful = [
        v
        for verdicts in others.values()
        for v in verdicts
        if v.verdict in ("review", "empty") and v.category is not None
    ]
    if doubtful:
        yield "\n  # To review, in tables where nothing else was found:"
        yield from (
            f"  # {quoted(v.table)}: {quoted(v.column)}: {v.category}  # {_doubt(v)}" for v in doubtful
        )
    unread = sorted(
        {name for name, relation in dataset.relations.items() if relation.table is None} | set(profile.failed)
    )
    if unread:
        yield f"\n  # Not looked at, because it could not be read: {', '.join(map(quoted, unread))}"
