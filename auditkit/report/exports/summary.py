"""A summary for the public (HTML): what is processed, why, how long, and which rights people have.

After ISO/IEC 29134, 7.8. It says nothing about security, names no table and no person but the contacts that
the policy publishes, and shows no count about few people: see `smallest_count` in the policy. It holds what
people signed, and says of the rest that nobody stated it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from markupsafe import Markup, escape

from auditkit.escaping import escaped
from auditkit.report.case import Case, in_words
from auditkit.report.columns import Column, columns
from auditkit.report.saved import SavedRun
from auditkit.report.suppression import SMALLEST, Counts, Published, published
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, LEGAL_BASES

FILE = "summary.public.html"
NOBODY = "not stated"
OTHERS = "people of an undeclared kind"
RIGHTS = {
    "rights.information": "How people are informed", "rights.access": "Access, and a copy to take away",
    "rights.erasure": "Rectification and erasure", "rights.objection": "Objection and restriction",
    "rights.automated_decision": "Automated decisions",
}  # fmt: skip
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:48em;margin:2em auto;padding:0 1em;color:#1a1a1a;"
    "background:#fff}table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;"
    "padding:.3em .8em .3em 0;border-bottom:1px solid #999}caption{text-align:left;font-weight:600}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}}"
)

_TABLE = Markup(
    "<table>\n<caption>{}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table>\n"
)


def render(run: SavedRun) -> str:
    """Return the summary of a run as a page that needs no other file."""
    case = run.case
    parts = [
        _facts(case), _purposes(case), _people(case), _passed_on(case), _rights(case), _decision(case),
    ]  # fmt: skip
    title = Markup("Summary of the privacy impact assessment: {}").format(run.name)
    return str(
        Markup(
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
            " style-src 'unsafe-inline'\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n"
            "<h1>{}</h1>\n{}</main>\n</body>\n</html>\n"
        ).format(_safe(title), Markup(_STYLE), _safe(title), Markup("").join(parts))
    )


def _safe(text: object) -> Markup:
    """Return a text in which no character acts; paragraphs stay."""
    if isinstance(text, Markup):
        return Markup(escaped(str(text)))
    return Markup("<br>").join(escape(escaped(part)) for part in str(text).splitlines() if part.strip())


def _table(caption: str, head: Iterable[str], lines: Iterable[Iterable[object]]) -> Markup:
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(_safe(h)) for h in head)
    rows = Markup("\n").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup('<th scope="row">{}</th>' if place == 0 else "<td>{}</td>").format(_safe(cell))
                for place, cell in enumerate(line)
            )
        )
        for line in lines
    )
    return _TABLE.format(caption, heads, rows)


def _facts(case: Case) -> Markup:
    policy = case.declared
    rows = (
        ("Responsible", in_words(policy.controller) or NOBODY),
        ("Data protection officer", policy.dpo.contact if policy.dpo and policy.dpo.contact else NOBODY),
        ("As of", case.as_of),
        ("What happens", _stated(case, "description")),
    )
    return _table("Who and what", ("", ""), rows)


def _stated(case: Case, field: str) -> str:
    """Return what a person signed, without their name; or that nobody did."""
    value = case.attestation(field, field).value
    return str(value) if value is not None else NOBODY


def _purposes(case: Case) -> Markup:
    rows = []
    for name, purpose in case.declared.purposes.items():
        basis, condition = purpose.legal_basis, purpose.article9
        law = [f"{basis.replace('_', ' ')}, Art. {LEGAL_BASES[basis]}"] if basis else [NOBODY]
        law += [f"{condition.replace('_', ' ')}, Art. {ARTICLE_9_CONDITIONS[condition]}"] if condition else []
        rows.append((purpose.text or name, "; ".join(law)))
    return _table("Why, and what allows it", ("Purpose", "Legal basis (GDPR)"), rows or [(NOBODY, NOBODY)])


def _people(case: Case) -> Markup:
    """Return whose data there is, how much of it, and how long it is kept."""
    smallest = case.declared.smallest_count or SMALLEST
    table = published(counts(case), smallest)
    periods = (
        (_subject(c), str(rule.period))
        for c in columns(case)
        for rule in (c.of.retention if c.of is not None else ())
        if rule.period is not None
    )
    kept = sorted(set(periods))
    return Markup("{}{}").format(
        _counts(table), _table("How long", ("People", "Period (ISO 8601)"), kept or [(NOBODY, NOBODY)])
    )


def _counts(table: Published) -> Markup:
    return _table("Whose data, by kind: records that hold it", table.head, table.lines or [("none",)])


def counts(case: Case) -> Counts:
    """Return how many records there are about each kind of people, and how many hold each kind of data."""
    kinds = sorted({c.sensitivity for c in columns(case) if c.sensitivity})
    records: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    filled: dict[tuple[str, str, str], int] = {}
    for c in columns(case):
        if c.seen is None or c.sensitivity is None:
            continue
        place = (_subject(c), c.table, c.sensitivity)
        filled[place] = max(filled.get(place, 0), c.seen.rows - c.seen.nulls)
        records[_subject(c)][c.table] = max(records[_subject(c)][c.table], c.seen.rows)
    lines = {
        who: (
            sum(tables.values()),
            tuple(sum(n for (w, _, k), n in filled.items() if (w, k) == (who, kind)) for kind in kinds),
        )
        for who, tables in sorted(records.items())
    }
    return Counts(tuple(kind.replace("_", " ") for kind in kinds), lines)


def _subject(c: Column) -> str:
    return c.of.subject.type if c.of and c.of.subject and c.of.subject.type else OTHERS


def _passed_on(case: Case) -> Markup:
    rows = (
        ("Recipients", _stated(case, "recipients")),
        ("Transfers to other countries", _stated(case, "transfers")),
    )
    return _table("Who else receives it", ("", ""), rows)


def _rights(case: Case) -> Markup:
    return _table("Your rights", ("Right", "How"), [(w, _stated(case, field)) for field, w in RIGHTS.items()])


def _decision(case: Case) -> Markup:
    review = case.declared.review
    next_review = review.next.isoformat() if review is not None and review.next else NOBODY
    rows = (("Decision", case.decision.value or "none yet"), ("Next review", next_review))
    return _table("Decision", ("", ""), rows)
