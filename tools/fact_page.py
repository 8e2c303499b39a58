"""The list of the facts that a check may ask for."""

from __future__ import annotations

from auditkit.facts import GIVEN, shared
from tools.markdown import GENERATED

_INTRODUCTION = """\
# Facts

A check asks for a fact by the name of a parameter. This page lists the facts that several checks share. A
fact that only one check asks for stands in the module of that check.

A fact with several items makes each check that rests on it run once for each item. `relation` is one of them:
a check that asks for `rows`, which asks for `relation`, runs once for each table.

An audit starts from these: {given}.

| fact | what it is | made from |
|---|---|---|
"""


def page() -> str:
    """Return the list of the shared facts."""
    lines = []
    for fact in shared().values():
        first = " ".join(fact.doc.split("\n\n")[0].split()).replace("|", "\\|")
        several = " It has several items." if fact.each else ""
        lines.append(f"| `{fact.name}` | {first}{several} | {', '.join(f'`{n}`' for n in fact.needs)} |")
    given = ", ".join(f"`{name}`" for name in GIVEN)
    return GENERATED + _INTRODUCTION.format(given=given) + "\n".join(lines) + "\n"
