"""The text of a drafted policy: what was found is declared, and what only people can state is null.

The machine never signs. A draft loads as it is. It proposes what names, references and values show: who the
tenants are, whom the rows are about, when a period starts. It promises nothing: periods and quasi-identifiers
are comments, each with what it would find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from auditkit.detection.verdict import flattened
from auditkit.draft.human import statements
from auditkit.draft.plan import Plan, Proposed, Start, TablePlan, is_declared
from auditkit.html_tables import count, share
from auditkit.policy.scalar import scalar
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    from auditkit.dataset import Dataset
    from auditkit.detection import Profile
    from auditkit.detection.verdict import ColumnVerdict
    from auditkit.draft.people import About
    from auditkit.draft.tenants import Root

_HEAD = """\
# A draft of a policy, made from the data. It promises nothing yet.
# People fill in each null, review the rest, and choose a period where several are comments.
# Every key is described in docs/reference/policy-keys.md.
version: 1
name: {name}

# The tables below are only proposed. When you have checked them:
# auditkit attest POLICY reviewed --by "Name" --role "role"
proposed: true
reviewed: null  # to be stated by the process owner, as above

processing:
  id: null  # to be stated by the process owner: its number in the register of processing (Art. 30)
  version: null  # to be stated by the process owner: the version of the processing, such as "1.0"
  launched: null  # to be stated by the process owner: the day on which it began, or will begin
  ends: null  # to be stated by the process owner: the day, or the condition, on which it ends
controller: null  # to be stated by the controller, such as {{name: Example SA, contact: {contacts[0]}}}
dpo: null  # to be stated by the controller, such as {{name: Ada Officer, contact: {contacts[1]}}}
processors: null  # to be stated by the controller, such as [{{name: HostCo, tasks: hosting, country: DE}}]
purposes: null  # to be stated by the process owner, such as {{support: {{text: ..., legal_basis: contract}}}}
"""
CONTACTS = ("privacy@example.org", "dpo@example.org")
"""The addresses that every draft shows as examples."""
PREVIEW = "preview of a draft"
"""What the name of a policy says that nobody has stated."""
_ALTERNATIVES = 3
_LONGEST_KEY = 1000
"""A key of one line has at most 1,024 characters (YAML 1.2, 8.2.2)."""


def written(
    dataset: Dataset, profile: Profile, proposed: Plan, *, preview: bool = False, longest: str | None = None
) -> str:
    """Return the YAML text of a policy for what was found in a dataset.

    Args:
        dataset: the tables.
        profile: the personal data in their columns.
        proposed: the plan of the draft.
        preview: take the proposed quasi-identifiers as stated, and say so in the name of the policy.
        longest: a retention period to take as stated for every proposed start.
    """
    name = f"{dataset.name} ({PREVIEW})" if preview else dataset.name
    lines = [
        *_HEAD.format(name=scalar(name), contacts=CONTACTS).splitlines(),
        *_tenancy(proposed.roots),
        "",
        "tables:" if proposed.tables else "tables: null  # no personal data was found",
    ]
    for table in proposed.tables:
        lines += _table(table, preview=preview, longest=longest)
    lines += [*_to_review(proposed.others), *_unread(dataset, profile), *statements()]
    return "\n".join(lines) + "\n"


def _entry(indent: str, name: str, value: str) -> Iterator[str]:
    """Yield the lines of a key and its value; a long key needs a line of its own."""
    key = scalar(name)
    if len(key) < _LONGEST_KEY:
        yield f"{indent}{key}: {value}".rstrip()
    else:
        yield f"{indent}? {key}"
        yield f"{indent}: {value}".rstrip()


def _is_doubtful(verdict: ColumnVerdict) -> bool:
    return verdict.verdict in ("review", "empty") and verdict.category is not None


def _table(table: TablePlan, *, preview: bool, longest: str | None) -> Iterator[str]:
    """Yield the block of a table that holds personal data, or has rows about people."""
    yield from _entry("  ", table.name, "")
    yield from _subject(table.about)
    yield "    purposes: null  # to be stated by the process owner: names from `purposes`"
    yield "    need: null  # to be stated by the process owner: why these purposes need its data"
    yield "    recipients: null  # to be stated by the process owner: who receives its data, as a list"
    yield from _columns(table.verdicts)
    if table.tenant_key is not None:
        yield f"    tenant_key: {scalar(table.tenant_key)}"
    if longest is not None and (column := _first(table.start)) is not None:
        yield f"    retention: {{start: {scalar(column)}, max: {longest}}}"
    else:
        yield from _retention(table.start)
    if table.quasi:
        yield f"    {'' if preview else '# '}{quasi_identifiers(table)}"
    yield from _references(table.references)


def _subject(about: About | None) -> Iterator[str]:
    if about is None or about.key is None:
        yield f"    subject: null  # to be stated by the process owner{_printed(_why(about))}"
        return
    others = f"; or by {', '.join(about.others)}" if about.others else ""
    subject = f"{{type: {scalar(about.kind)}, key: {scalar(about.key)}}}"
    yield f"    subject: {subject}  # {_printed(about.why + others)}"


def _why(about: About | None) -> str:
    if about is None:
        return ""
    if about.via is not None:
        return f": {about.why}, whose rows are about one {about.kind}"
    return f": {about.why}, by {', '.join(about.others)}"


def _columns(verdicts: Sequence[ColumnVerdict]) -> Iterator[str]:
    every = tuple(flattened(verdicts))
    declared = any(map(is_declared, every))
    if declared or any(map(_is_doubtful, every)):
        yield "    columns:" if declared else "    # columns:"
    for verdict in every:
        if is_declared(verdict):
            comment = f"{verdict.verdict}: {_label(verdict)}"
            yield from _entry("      ", verdict.column, f"{verdict.category}  # {comment}")
        elif _is_doubtful(verdict):
            yield from _entry("      # ", verdict.column, f"{verdict.category}  # {_doubt(verdict)}")


def _first(start: Start | None) -> str | None:
    """Return the column with the moment that may start a period, perhaps in another table."""
    return None if start is None else start.column or start.elsewhere


def _retention(start: Start | None) -> Iterator[str]:
    """Yield the start of the period, and as comments what some periods would find."""
    if start is None:
        yield "    retention: null  # to be stated by the process owner: no column is named like an end"
        return
    if start.elsewhere is not None:
        example = f"{{start: {scalar(start.elsewhere)}, max: P3Y, basis: ...}}  # {_printed(start.why)}"
        yield "    retention: null  # to be stated by the process owner: no column is named like an end, but"
        yield f"    # retention: {example}"
        return
    yield "    retention:"
    if start.via is not None:
        yield f"      via: {scalar(start.via)}  # {_printed(start.why)}"
        return
    yield f"      start: {scalar(str(start.column))}  # {_printed(start.why)}"
    for period, rows in start.overdue.by_period.items() if start.overdue is not None else ():
        of = start.overdue.of if start.overdue is not None else 0
        yield f"      # max: {period}  # {_share(rows, of)} would be overdue"
    yield "      # grace: P30D"
    yield "      # basis: ...  # the law, the contract or the purpose that needs the period"


def quasi_identifiers(table: TablePlan) -> str:
    """Return the key for the columns that together may identify somebody, and what they would find."""
    found = f"k = 1 for {table.alone:.0%} of rows" if table.alone is not None else "not counted"
    return f"quasi_identifiers: [{', '.join(map(scalar, table.quasi))}]  # {found}"


def _references(proposed: Sequence[Proposed]) -> Iterator[str]:
    """Yield the references that the values show; those that only a name shows are comments."""
    shown = [p for p in proposed if p.is_shown]
    if proposed:
        yield "    references:" if shown else "    # references:"
    for one in proposed:
        target = scalar(f"{one.reference.parent}.{one.reference.parent_columns[0]}")
        seen = f"{one.keys:,} of {count(one.values or 0, 'value')} are keys there"
        evidence = seen if one.values else "by its name alone"
        indent = "      " if one.is_shown else "      # "
        yield from _entry(indent, one.reference.columns[0], f"{target}  # {evidence}")


def _label(verdict: ColumnVerdict) -> str:
    """Return in words what a column holds, and what else its texts hold, or how many cells of a mix."""
    entity = verdict.entity or "personal data"
    label = ENTITIES[entity].label if entity in ENTITIES else entity
    if verdict.verdict == "mixed":
        filled = verdict.rows - verdict.nulls
        counts = sorted(verdict.contains.items())
        held = (f"{ENTITIES[e].label if e in ENTITIES else e} in {n:,}" for e, n in counts)
        return f"{', '.join(held)} of {count(filled, 'cell')}"
    inside = [ENTITIES[entity].label for entity in sorted(verdict.contains) if entity in ENTITIES]
    return f"{label}, with {', '.join(inside)} in it" if inside else label


def _doubt(verdict: ColumnVerdict) -> str:
    if verdict.verdict == "empty":
        return f"empty, but named like: {_label(verdict)}"
    return f"to review, perhaps: {_label(verdict)}"


def _share(rows: int, of: int) -> str:
    return f"{share(rows, of)} of rows, {rows:,} of {of:,}," if of else "no row"


def _printed(text: str) -> str:
    """Return a comment on one line: a name may hold a line break."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _tenancy(found: Sequence[Root]) -> Iterator[str]:
    """Yield the root of the tenants where a name shows it, with the evidence and the alternatives."""
    first, *others = found or (None,)
    if first is None or not first.named:
        yield "tenancy: null  # to be stated by the process owner"
        unsure = found
    else:
        yield "tenancy:"
        yield f"  root: {scalar(first.table)}  # {_printed(first.evidence)}"
        yield f"  key: {scalar(first.key)}"
        unsure = others
    for root in unsure[:_ALTERNATIVES]:
        block = f"{{root: {scalar(root.table)}, key: {scalar(root.key)}}}"
        yield f"# tenancy: {block}  # if its rows are separate organisations: {_printed(root.evidence)}"


def _to_review(others: Mapping[str, Sequence[ColumnVerdict]]) -> Iterator[str]:
    """Yield as comments the doubtful columns of tables that are not declared."""
    doubtful = [verdict for found in others.values() for verdict in found if _is_doubtful(verdict)]
    if doubtful:
        yield "\n  # To review, in tables without other personal data:"
    for verdict in doubtful:
        place = f"{scalar(verdict.table)}: {scalar(verdict.column)}"
        yield f"  # {place}: {verdict.category}  # {_doubt(verdict)}"


def _unread(dataset: Dataset, profile: Profile) -> Iterator[str]:
    """Yield as a comment the tables that could not be read."""
    unread = {name for name, relation in dataset.relations.items() if relation.table is None}
    tables = sorted(unread | set(profile.failed))
    if tables:
        yield f"\n  # Not searched, because they could not be read: {', '.join(map(scalar, tables))}"
