"""The list of the facts that a check may ask for."""

from __future__ import annotations

from collections.abc import Iterable

from auditkit.facts import GIVEN, Fact, shared
from tools.markdown import GENERATED

_INTRODUCTION = """\
# Facts

A check asks for a fact by the name of a parameter. This page lists the facts that several checks share. A
fact that only one check asks for stands in the module of that check.

A fact with several items makes each check that rests on it run once for each item. `relation` is one of them:
a check that asks for `rows`, which asks for `relation`, runs once for each table.

An audit starts from these: {given}.
"""
_HEAD = "\n\n| fact | what it is | made from |\n|---|---|---|\n"
_EVERYWHERE = "For every scanner"


def page() -> str:
    """Return the list of the shared facts, those of one scanner under its name."""
    by_scanner: dict[str, list[Fact]] = {_EVERYWHERE: []}
    for fact in shared().values():
        by_scanner.setdefault(_scanner(fact), []).append(fact)
    given = ", ".join(f"`{name}`" for name in GIVEN)
    parts = [f"\n## {title}{_HEAD}{_rows(facts)}\n" for title, facts in by_scanner.items()]
    return GENERATED + _INTRODUCTION.format(given=given) + "".join(parts)


def _scanner(fact: Fact) -> str:
    """Return the scanner whose checks share a fact, by the folder that the fact is in."""
    folders = fact.function.__module__.removeprefix("auditkit.facts.").split(".")
    return f"For `{folders[0]}`" if len(folders) > 1 else _EVERYWHERE


def _rows(facts: Iterable[Fact]) -> str:
    return "\n".join(
        f"| `{fact.name}` | {_words(fact)} | {', '.join(f'`{n}`' for n in fact.needs)} |" for fact in facts
    )


def _words(fact: Fact) -> str:
    first = " ".join(fact.doc.split("\n\n")[0].split()).replace("|", "\\|")
    return f"{first} It has several items." if fact.each else first
