"""The page of each check, read from its module without running it: to show a page takes no engine.

A check is a module of the package `auditkit.scanners`. Its docstring is its page, and its decorator says how
bad a finding is and on which law it rests.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from auditkit import html_tables, sortable
from auditkit.levels import Confidence, Severity

HEADINGS = ("What it finds", "Why it matters", "How to fix", "Limits", "Example", "References")
"""The headings of a check's page, in their order."""

_PLACEHOLDER = re.compile("<(table|column|target)>")
_SCANNERS = Path(__file__).parent / "scanners"


class Described:
    """Something with the page of a check: its title and its sections."""

    doc: str

    @property
    def title(self) -> str:
        """The fault, in the words in which somebody would search for it."""
        return self.doc.partition("\n")[0]

    def section(self, heading: str) -> str:
        """Return the text under one of the `HEADINGS` of the page, or an empty text."""
        _, _, after = self.doc.partition(f"\n## {heading}\n")
        return after.partition("\n## ")[0].strip()

    @property
    def why(self) -> str:
        """Why the fault matters, as one paragraph."""
        return " ".join(self.section("Why it matters").split())

    @property
    def remedy(self) -> str:
        """How to fix the fault, as one paragraph; `<table>`, `<column>` and `<target>` stand for names."""
        return " ".join(self.section("How to fix").split())

    def remedy_at(self, table: str | None, columns: Sequence[str] = (), target: str | None = None) -> str:
        """Return how to fix the fault in one place; what is not known of the place stays a placeholder.

        >>> pages()["pii-secret"].remedy_at("users", ["pin"]).partition("`")[2].partition("`")[0]
        'ALTER TABLE users DROP COLUMN pin'
        """
        known = {"table": table, "column": ", ".join(columns), "target": target}
        return _PLACEHOLDER.sub(lambda m: known[m[1]] or m[0], self.remedy)


@dataclass(frozen=True, repr=False)
class Page(Described):
    """What is known of a check before it runs.

    Attributes:
        id: the id of the check.
        severity: how bad a finding is, before the severity rule.
        confidence: how sure a finding is, where nothing is inferred.
        articles: the law it rests on, as in `GDPR 5(1)(e)`.
        doc: the whole page, as text.
    """

    id: str
    severity: Severity
    confidence: Confidence
    articles: tuple[str, ...]
    doc: str

    @property
    def scanner(self) -> str:
        """The scanner of the check."""
        return self.id.partition("-")[0]

    @property
    def head(self) -> str:
        """The id of the check with its severity, confidence and law, as one line."""
        law = f"; {', '.join(self.articles)}" if self.articles else ""
        return f"{self.id}  (severity {self.severity}, confidence {self.confidence}{law})"

    def __repr__(self) -> str:
        return f"{self.head}\n\n{self.doc}"

    def _repr_markdown_(self) -> str:
        return f"**{self.title}**  \n{self.head}\n{self.doc.removeprefix(self.title)}"


class Pages(tuple[Page, ...]):
    """The pages of checks, which a notebook shows as a table."""

    def __repr__(self) -> str:
        return f"Pages({html_tables.count(len(self), 'check')})"

    def _repr_html_(self) -> str:
        body = [(page.scanner, page.id, str(page.severity), page.title) for page in self]
        head = ("Scanner", "Check", "Severity", "What it finds")
        caption = html_tables.count(len(self), "check")
        choices = ("Scanner", "Severity")
        return sortable.fragment(
            sortable.table(caption, head, body, choose=choices, more="auditkit.checks()")
        )


@cache
def pages() -> Mapping[str, Page]:
    """Return the page of every check by its id.

    >>> pages()["retention-overdue"].title
    'Rows kept past their retention period'
    """
    return {page.id: page for page in sorted(_pages(), key=lambda page: page.id)}


def _pages() -> Iterator[Page]:
    for file in _SCANNERS.glob("*/*.py"):
        text = file.read_text(encoding="utf-8")
        if "\n@check(" in text:
            module = ast.parse(text)
            doc = inspect.cleandoc(ast.get_docstring(module) or "")
            yield _page(f"{file.parent.name}-{file.stem}".replace("_", "-"), _arguments(module), doc)


def _arguments(module: ast.Module) -> Mapping[str, ast.expr]:
    """Return the arguments of the decorator that makes a function of a module a check."""
    for node in module.body:
        for decorator in getattr(node, "decorator_list", ()):
            match decorator:
                case ast.Call(func=ast.Name("check"), keywords=given):
                    return {str(argument.arg): argument.value for argument in given}
    return {}


def _page(id: str, arguments: Mapping[str, ast.expr], doc: str) -> Page:
    return Page(
        id,
        Severity[_member(arguments["severity"])],
        Confidence[_member(arguments["confidence"])] if "confidence" in arguments else Confidence.HIGH,
        ast.literal_eval(arguments["articles"]) if "articles" in arguments else (),
        doc,
    )


def _member(value: ast.expr) -> str:
    """Return the name of the member of an enumeration, as `HIGH` in `Severity.HIGH`."""
    return value.attr if isinstance(value, ast.Attribute) else ""
