"""The card of a column as HTML: evidence, shares by entity, shapes, empty and distinct cells, checks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from markupsafe import Markup

from auditkit.detection.cards import Card, label
from auditkit.html_tables import badge, count, folded, lines, name, paragraph, quiet, table
from auditkit.outcome import Finding, NotAssessed, Outcome, Passed

BADGES = {"certain": "strong", "mixed": "strong", "review": "dashed", "empty": "dashed"}
_OTHERS = 3
_STEPS = 20
"""The longest bar; each length is a class of the style sheet."""
_MOST_OUTCOMES = 12


BARS = "".join(f".auditkit .b{n}::before{{width:{n / _STEPS:.0%}}}" for n in range(_STEPS + 1))
"""The lengths of the bars as CSS."""


def card(shown: Card, anchor: str) -> Markup:
    """Return a card that opens where a reader clicks on its head; its content has the anchor."""
    verdict = shown.verdict
    head = Markup("{} {} {}").format(
        name(f"{verdict.table}.{verdict.column}", 160),
        badge(verdict.verdict, BADGES.get(verdict.verdict, "")),
        label(verdict.entity) or "nothing personal",
    )
    content = Markup("").join(_parts(shown))
    return Markup('<details class="card"><summary>{}</summary><div id="{}">{}</div></details>').format(
        head, anchor, content
    )


def _parts(shown: Card) -> Iterator[Markup]:
    verdict = shown.verdict
    words = [f"probability {verdict.confidence:.2f}"] if verdict.entity else []
    words += [verdict.category] if verdict.category else []
    if words:
        yield paragraph(quiet("; ".join(words)))
    yield _counts(shown)
    yield from _evidence(shown)
    yield from _shares(shown)
    yield from _shapes(shown)
    yield from _checks(shown)


def _counts(shown: Card) -> Markup:
    verdict = shown.verdict
    distinct = f"{verdict.distinct:,}" if shown.shapes.exact else f"about {verdict.distinct:,}"
    rows = [
        ("Empty cells", _of(verdict.nulls, verdict.rows), _bar(verdict.nulls, verdict.rows)),
        (
            "Different values",
            f"{distinct} in {count(shown.filled, 'filled cell')}",
            _bar(verdict.distinct, shown.filled),
        ),
    ]
    return table(count(verdict.rows, "cell"), ("What", "Number", "Share"), rows)


def _evidence(shown: Card) -> Iterator[Markup]:
    if not shown.judgements:
        if shown.verdict.evidence:
            yield paragraph(Markup("<strong>Evidence.</strong> "), shown.verdict.evidence)
        return
    strongest, *others = shown.judgements
    rows: list[tuple[object, ...]] = [
        (words or "before anything is known", f"{weight:+.1f}") for words, weight in strongest.parts
    ]
    rows.append((f"sum: a probability of {strongest.confidence:.2f}", f"{strongest.score:+.1f}"))
    yield table(
        f"Evidence for {label(strongest.entity)}", ("Evidence", "Log-odds"), rows, numeric=("Log-odds",)
    )
    if others:
        listed = ", ".join(f"{label(j.entity)} ({j.score:+.1f})" for j in others[:_OTHERS])
        yield paragraph(quiet(f"Weaker: {listed}. A log-odds of 2.3 makes the odds ten times as great."))
    if shown.verdict.evidence not in ("", strongest.words):
        yield paragraph(quiet(shown.verdict.evidence))


def _shares(shown: Card) -> Iterator[Markup]:
    if shown.shares:
        rows = [(label(e), _of(n, shown.filled), _bar(n, shown.filled)) for e, n in shown.shares]
        caption = f"What {count(shown.filled, 'filled cell')} hold"
        yield table(caption, ("Entity", "Cells", "Share"), rows)


def _shapes(shown: Card) -> Iterator[Markup]:
    shapes = shown.shapes
    if not shapes.of:
        return
    rows = [(_code(shape), f"{n:,}", _bar(n, shapes.of)) for shape, n in shapes.named]
    if shapes.others:
        rows.append((Markup("other shapes"), f"{shapes.others:,}", _bar(shapes.others, shapes.of)))
    every = (
        "" if shapes.of == shapes.distinct else f", of {'' if shapes.exact else 'about '}{shapes.distinct:,}"
    )
    yield table(
        f"Shapes of {count(shapes.of, 'different value')}{every}", ("Shape", "Values", "Share"), rows,
        numeric=("Values",),
    )  # fmt: skip
    yield paragraph(quiet("a: letters; 9: digits; x: both; •: other characters"))


def _checks(shown: Card) -> Iterator[Markup]:
    if not shown.outcomes and not shown.of_table:
        yield paragraph(Markup("<strong>Checks.</strong> "), quiet("No check has run on this column."))
        return
    rows = [(_verdict(o), lines([o.title, quiet(o.check)]), _amount(o)) for o in _worst_first(shown.outcomes)]
    if rows:
        head = ("Outcome", "Check", "Rows, or the reason")
        caption = f"{count(len(rows), 'outcome')} of checks on this column"
        yield table(caption, head, rows[:_MOST_OUTCOMES], more="audit.outcomes")
    passed = [o.check for o in shown.of_table if isinstance(o, Passed)]
    unseen = [o.check for o in shown.of_table if isinstance(o, NotAssessed)]
    for words, checks in (("passed", passed), ("not assessed", unseen)):
        if checks:
            summary = f"{count(len(checks), 'check')} of the whole table {words}"
            yield folded(summary, paragraph(quiet(", ".join(sorted(checks)))))


def _worst_first(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda o: -o.severity.rank if isinstance(o, Finding) else 1)


def _verdict(outcome: Outcome) -> Markup:
    if isinstance(outcome, Finding):
        strong = outcome.severity.value in ("critical", "high")
        return badge(outcome.severity.value, "strong" if strong else "")
    return badge("not assessed" if isinstance(outcome, NotAssessed) else "passed", "dashed")


def _amount(outcome: Outcome) -> str | None:
    match outcome:
        case Finding():
            return outcome.amount or None
        case NotAssessed():
            return outcome.reason
        case _:
            return count(outcome.of, "row") if outcome.of is not None else None


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({part / whole:.0%})" if whole else "0"


def _bar(part: int, whole: int) -> Markup:
    """Return a share as a bar in steps of a twentieth; the number is next to it."""
    steps = math.ceil(_STEPS * min(part, whole) / whole) if whole else 0
    return Markup('<i class="bar b{}"></i>').format(steps)


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)
