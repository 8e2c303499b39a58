"""A finding as a card for a notebook: what is wrong, where, why it matters, how to fix it; SQL is folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from auditkit.html_tables import badge, folded, fragment, lines, name, paragraph, preformatted, quiet, table

_STRONG = frozenset({"critical", "high"})


def html(
    title: str,
    *,
    severity: str,
    place: str,
    amounts: Sequence[str],
    ids: Sequence[str],
    why: str,
    remedy: str,
    details: Mapping[str, object],
    waived: str = "",
    sql: str | None = None,
) -> str:
    """Return a finding as one piece of HTML.

    Args:
        title: the fault.
        severity: how bad it is, as a word.
        place: where it is.
        amounts: how much it is about, each as a clause.
        ids: the id of the check, and the fingerprint.
        why: why it matters.
        remedy: how to fix it.
        details: numbers and names of schema objects.
        waived: who accepts it, as a sentence.
        sql: selects the rows.
    """
    head = paragraph(badge(severity, "strong" if severity in _STRONG else ""), " ", _strong(title))
    facts = lines([name(place, 400), *amounts, quiet(" ".join(ids)), *filter(None, [waived])])
    texts = [(label, text) for label, text in (("Why.", why), ("To fix.", remedy)) if text]
    parts = [head, paragraph(facts), *(paragraph(_strong(label), " ", text) for label, text in texts)]
    if details:
        known = table("", ("Detail", "Value"), [(key, str(value)) for key, value in details.items()])
        parts.append(folded("Details", known))
    if sql:
        parts.append(folded("SQL that selects the rows", preformatted(sql.splitlines())))
    return fragment(*parts)


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)
