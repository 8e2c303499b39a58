"""A summary for the public (HTML): what is processed, why, how long, and which rights people have.

After ISO/IEC 29134, 7.8. It says nothing about security, names no table and no person but the contacts that
the policy publishes, and shows no count about few people: see `smallest_count` in the policy. It holds what
people signed, and says of the rest that nobody stated it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from markupsafe import Markup, escape

from auditkit import html_page
from auditkit.escaping import escaped
from auditkit.report.case import Case, in_words
from auditkit.report.columns import Column, columns
from auditkit.report.lawfulness import with_article
from auditkit.report.saved import SavedRun
from auditkit.report.say import day_words, say, spoken
from auditkit.report.suppression import SMALLEST, Counts, Published, published
from auditkit.report.wording import period_words
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, LEGAL_BASES

FILE = "summary.public.html"
RIGHTS = ("information", "access", "erasure", "objection", "automated_decision")
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
    title = say("public.title", name=run.name)
    body = Markup("<main>\n<h1>{}</h1>\n{}</main>").format(_safe(title), Markup("").join(parts))
    return html_page.page(escaped(title), _STYLE, body, language=spoken())


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
        (say("public.responsible"), in_words(policy.controller) or _nobody()),
        (say("public.dpo"), policy.dpo.contact if policy.dpo and policy.dpo.contact else _nobody()),
        (say("public.as_of"), day_words(case.audit.as_of)),
        (say("public.what"), _stated(case, "description")),
    )
    return _table(say("public.who"), ("", ""), rows)


def _nobody() -> str:
    return say("public.not_stated")


def _stated(case: Case, field: str) -> str:
    """Return what a person signed, without their name; or that nobody did."""
    value = case.attestation(field, field).value
    return str(value) if value is not None else _nobody()


def _purposes(case: Case) -> Markup:
    rows = []
    for name, purpose in case.declared.purposes.items():
        law = (
            with_article(purpose.legal_basis, LEGAL_BASES) or _nobody(),
            with_article(purpose.article9, ARTICLE_9_CONDITIONS),
        )
        rows.append((purpose.text or name, "; ".join(filter(None, law))))
    head = (say("public.purpose"), say("public.basis"))
    return _table(say("public.why"), head, rows or [(_nobody(), _nobody())])


def _people(case: Case) -> Markup:
    """Return whose data there is, how much of it, and how long it is kept."""
    smallest = case.declared.smallest_count or SMALLEST
    table = published(counts(case), smallest)
    periods = (
        (_subject(c), period_words(rule.period))
        for c in columns(case)
        for rule in (c.of.retention if c.of is not None else ())
        if rule.period is not None
    )
    kept = sorted(set(periods)) or [(_nobody(), _nobody())]
    head = (say("public.people"), say("public.period"))
    return Markup("{}{}").format(_counts(table), _table(say("public.how_long"), head, kept))


def _counts(table: Published) -> Markup:
    return _table(say("public.counts"), table.head, table.lines or [(say("public.none"),)])


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
    return Counts(tuple(say(f"risk.kind.{kind}") for kind in kinds), lines)


def _subject(c: Column) -> str:
    return c.of.subject.type if c.of and c.of.subject and c.of.subject.type else say("public.others")


def _passed_on(case: Case) -> Markup:
    rows = ((say(f"public.{field}"), _stated(case, field)) for field in ("recipients", "transfers"))
    return _table(say("public.passed_on"), ("", ""), rows)


def _rights(case: Case) -> Markup:
    rows = ((say(f"public.right.{right}"), _stated(case, f"rights.{right}")) for right in RIGHTS)
    return _table(say("public.rights"), (say("public.right_head"), say("public.how")), rows)


def _decision(case: Case) -> Markup:
    review, label = case.declared.review, say("public.decision")
    due = day_words(review.next) if review is not None and review.next else _nobody()
    rows = ((label, case.decision.value or say("public.none_yet")), (say("public.review"), due))
    return _table(label, ("", ""), rows)
