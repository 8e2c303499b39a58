"""The page of each check, from the docstring of its module, and the list of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditkit.catalogue import catalogue, scanners
from auditkit.check import Check
from tools.markdown import GENERATED

_INTRODUCTION = """\
# Checks

A check looks for one fault. Its id is stable: waivers, fingerprints and scripts may rely on it. The severity
below is the one a finding starts with. It is one step higher where special categories, credentials or payment
data are in reach, and lower where auditkit is less sure.

`auditkit explain CHECK` prints the page of a check in a terminal.
"""


def pages(folder: str) -> dict[str, str]:
    """Return the list of checks and the page of each, by path."""
    return {
        f"{folder}/index.md": index(),
        **{f"{folder}/{check.id}.md": page(check) for check in catalogue().values()},
    }


def index() -> str:
    """Return the list of checks: a table for each scanner."""
    return "\n".join(_index_lines())


def _index_lines() -> Iterator[str]:
    yield GENERATED + _INTRODUCTION
    for scanner in scanners():
        yield f"## {scanner}\n"
        yield "| check | finds | severity | articles |"
        yield "|---|---|---|---|"
        for check in catalogue().values():
            if check.scanner == scanner:
                link = f"[`{check.id}`]({check.id}.md)"
                yield f"| {link} | {check.title} | {check.severity} | {', '.join(check.articles)} |"
        yield ""
    yield "```{toctree}\n:hidden:\n:glob:\n\n*\n```\n"


def page(check: Check) -> str:
    """Return the page of a check: what is always true of its findings, then what its module says."""
    title, _, text = check.doc.partition("\n")
    return f"{GENERATED}# {title}\n\n" + "\n".join(_summary(check)) + f"\n{_fenced(text.rstrip())}\n"


def _summary(check: Check) -> Iterator[str]:
    """Yield the lines of the table at the head of a page."""
    yield "| property | value |"
    yield "|---|---|"
    yield f"| id | `{check.id}` |"
    yield f"| severity | {check.severity}, before the severity rule |"
    yield f"| confidence | {check.confidence}, where nothing is inferred |"
    yield f"| articles | {', '.join(check.articles) or 'none'} |"
    if check.incident:
        yield "| incident | a finding may be a personal data breach, which people assess (GDPR Art. 33) |"
    if check.aliases:
        yield f"| earlier ids | {', '.join(f'`{alias}`' for alias in check.aliases)} |"
    asked = (f"`{name}`" + (" (optional)" if name in check.optional else "") for name in check.needs)
    yield f"| facts it asks for | {', '.join(asked)} |"


def _fenced(text: str) -> str:
    r"""Return a docstring as Markdown: a paragraph that is an example becomes code.

    >>> _fenced("See:\n\n>>> 1 + 1\n2\n\nDone.").splitlines()
    ['See:', '', '```pycon', '>>> 1 + 1', '2', '```', '', 'Done.']
    """
    return re.sub(r"(?m)^>>> (?:.+\n?)+", lambda found: f"```pycon\n{found[0].rstrip()}\n```\n", text)
