"""The text of a drafted policy: what was found is declared, and what only people can state is null.

The machine never signs. A draft loads as it is and promises nothing; its guesses are comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from auditkit.draft.guesses import likely_clock, possible_root
from auditkit.relations import Origin, Relations
from auditkit.vocabulary import ENTITIES, PRESENT

if TYPE_CHECKING:
    from auditkit.dataset import Dataset
    from auditkit.detection import Profile
    from auditkit.detection.verdict import ColumnVerdict

_HEAD = """\
# A draft of a policy, made from the data. It promises nothing yet.
# People fill in each null, and review the rest.
# Every key is described in docs/reference/policy-keys.md.
version: 1
name: {name}

controller: null  # to be stated by the controller, such as {{name: Example SA, contact: privacy@example.org}}
dpo: null  # to be stated by the controller
processors: null  # to be stated by the controller
purposes: null  # to be stated by the process owner, such as {{support: {{legal_basis: contract}}}}
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
_YAML_WORDS = frozenset("null true false yes no on off y n none".split())
_LONGEST_KEY = 1000
"""A key of one line has at most 1,024 characters (YAML 1.2, 8.2.2)."""


def written(dataset: Dataset, profile: Profile, relations: Relations) -> str:
    """Return the YAML text of a policy for what was found in a dataset."""
    by_table: dict[str, list[ColumnVerdict]] = {}
    for verdict in profile.columns:
        by_table.setdefault(verdict.table, []).append(verdict)
    personal = {table: found for table, found in by_table.items() if any(map(_is_declared, found))}
    others = {table: found for table, found in by_table.items() if table not in personal}
    lines = [
        *_HEAD.format(name=quoted(dataset.name)).splitlines(),
        *_tenancy(relations),
        "",
        "tables:" if personal else "tables: null  # no personal data was found",
    ]
    keys = {key.table: key.columns[0] for key in dataset.keys() if key.primary and len(key.columns) == 1}
    for table, verdicts in personal.items():
        lines += _table(table, verdicts, keys.get(table), dataset, relations)
    lines += [*_to_review(others), *_unread(dataset, profile), *_TAIL.splitlines()]
    return "\n".join(lines) + "\n"


def quoted(name: str) -> str:
    r"""Return a name as YAML reads it back, on one line: as it is where that is safe, else in double quotes.

    >>> print(quoted("users"), quoted("no"), quoted("a: b\n#"), quoted('"'))
    users "no" "a: b\U0000000a#" "\""
    """
    if _PLAIN.fullmatch(name) and name.casefold() not in _YAML_WORDS:
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
    """Return whether the draft declares a column; free text must hold personal data inside."""
    if verdict.entity == "FREE_TEXT" and not verdict.contains:
        return False
    return verdict.category is not None and verdict.verdict in PRESENT


def _is_doubtful(verdict: ColumnVerdict) -> bool:
    return verdict.verdict in ("review", "empty") and verdict.category is not None


def _table(
    name: str, verdicts: Sequence[ColumnVerdict], key: str | None, dataset: Dataset, relations: Relations
) -> Iterator[str]:
    """Yield the block of a table that holds personal data."""
    subject = f"{{type: ..., key: {quoted(key)}}}" if key else ""
    yield from _entry("  ", name, "")
    yield f"    subject: null  # to be stated by the process owner{_such_as(subject)}"
    yield "    purposes: null  # to be stated by the process owner: names from `purposes`"
    yield "    columns:"
    for verdict in verdicts:
        if _is_declared(verdict):
            comment = f"{verdict.verdict}: {_label(verdict)}"
            yield from _entry("      ", verdict.column, f"{verdict.category}  # {comment}")
        elif _is_doubtful(verdict):
            yield from _entry("      # ", verdict.column, f"{verdict.category}  # {_doubt(verdict)}")
    rule = _retention(name, verdicts, dataset)
    yield f"    retention: null  # to be stated by the process owner{_such_as(rule)}"
    yield from _references(name, relations)


def _references(table: str, relations: Relations) -> Iterator[str]:
    """Yield the inferred references of a table as comments."""
    inferred = [r for r in relations.of(table) if r.origin is Origin.INFERRED and len(r.columns) == 1]
    if inferred:
        yield "    # references:  # guessed from names and values"
    for reference in inferred:
        target = quoted(f"{reference.parent}.{reference.parent_columns[0]}")
        yield from _entry("    #   ", reference.columns[0], target)


def _label(verdict: ColumnVerdict) -> str:
    """Return in words what a column holds, and what else its texts hold."""
    entity = verdict.entity or "personal data"
    label = ENTITIES[entity].label if entity in ENTITIES else entity
    inside = [ENTITIES[entity].label for entity in sorted(verdict.contains) if entity in ENTITIES]
    return f"{label}, with {', '.join(inside)} in it" if inside else label


def _doubt(verdict: ColumnVerdict) -> str:
    if verdict.verdict == "empty":
        return f"empty, but named like: {_label(verdict)}"
    return f"to review, perhaps: {_label(verdict)}"


def _retention(table: str, verdicts: Sequence[ColumnVerdict], dataset: Dataset) -> str:
    """Return an example of a rule with the column that is the likeliest start of the period."""
    personal = {v.column for v in verdicts if _is_declared(v)}
    clock = likely_clock(dataset.tables.get(table), personal)
    return f"{{start: {quoted(clock)}, max: P3Y, grace: P30D, basis: ...}}" if clock else ""


def _such_as(example: str) -> str:
    return f", such as {example}" if example else ""


def _tenancy(relations: Relations) -> Iterator[str]:
    yield "tenancy: null  # to be stated by the process owner"
    if relations.boundary is not None:
        key = quoted(relations.boundary.key) if relations.boundary.key else "null"
        yield f"# tenancy: {{root: {quoted(relations.boundary.root)}, key: {key}}}  # guessed from names"
    elif (found := possible_root(relations)) is not None:
        root, key = map(quoted, found)
        yield (
            f"# tenancy: {{root: {root}, key: {key}}}  # if its rows are separate organisations that must not"
            " see each other's data"
        )


def _to_review(others: Mapping[str, Sequence[ColumnVerdict]]) -> Iterator[str]:
    """Yield as comments the doubtful columns of tables that are not declared."""
    doubtful = [verdict for found in others.values() for verdict in found if _is_doubtful(verdict)]
    if doubtful:
        yield "\n  # To review, in tables without other personal data:"
    for verdict in doubtful:
        place = f"{quoted(verdict.table)}: {quoted(verdict.column)}"
        yield f"  # {place}: {verdict.category}  # {_doubt(verdict)}"


def _unread(dataset: Dataset, profile: Profile) -> Iterator[str]:
    """Yield as a comment the tables that could not be read."""
    unread = {name for name, relation in dataset.relations.items() if relation.table is None}
    tables = sorted(unread | set(profile.failed))
    if tables:
        yield f"\n  # Not searched, because they could not be read: {', '.join(map(quoted, tables))}"
