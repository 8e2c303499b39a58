"""The assessment for the PIA tool of the CNIL (JSON): all 36 answers, the measures, and comments.

The tool imports the file as a new assessment that is under way. It holds what people signed, with their names
and days, beside what was measured; what nobody stated stays empty, and a comment asks for it. The evaluation,
the opinion of the data protection officer and the validation are acts of people, and are left to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from markupsafe import Markup, escape

from auditkit.escaping import escaped, visible
from auditkit.policy.signing import Signed
from auditkit.report import asked, blocks, body
from auditkit.report.body import Entry
from auditkit.report.case import Case
from auditkit.report.case import words as titled
from auditkit.report.evidence import Grid, Statement
from auditkit.report.risk.assessment import Assessed, assessed
from auditkit.report.risk.scale import Axis
from auditkit.report.saved import SavedRun
from auditkit.report.say import say

FILE = "cnil-pia.json"
BLOCKS = {32: "access", 33: "change", 34: "loss"}
"""The three risks of the method, by the first digits of their answers."""
IMPACTS, THREATS, SOURCES, CONTROLS, SEVERITY, LIKELIHOOD = range(1, 7)
PARTS = {IMPACTS: "impacts", THREATS: "threats", SOURCES: "sources"}
AXES = {SEVERITY: Axis.SEVERITY, LIKELIHOOD: Axis.LIKELIHOOD}
UNDER_WAY = 0
OWN_MEASURE = "measures.default_placeholder"
"""What the tool calls the place of a measure that is not one of its own."""
Node = dict[str, Any]


def render(run: SavedRun) -> str:
    """Return the file that the tool imports."""
    return json.dumps(assessment(run), indent=1, ensure_ascii=False) + "\n"


def assessment(run: SavedRun) -> Node:
    """Return the assessment as JSON types, in the shape of the tool's own export."""
    case, moment = run.case, f"{run.case.as_of}T00:00:00Z"
    measures = _measures(case, moment)
    answers, comments = _answers(case, {m["key"]: m["title"] for m in measures}, moment)
    return {
        "pia": _pia(run, moment),
        "answers": [{"id": i, "pia_id": 1, **a} for i, a in enumerate(answers, 1)],
        "measures": [{k: v for k, v in m.items() if k != "key"} for m in measures],
        "evaluations": [],
        "comments": [{"id": i, "pia_id": 1, **c} for i, c in enumerate(comments, 1)],
    }


def _pia(run: SavedRun, moment: str) -> Node:
    team = run.case.stated.get("team", (0, None))[1]
    author = team.by if team is not None and isinstance(run.case.standing(team), Signed) else ""
    open_to_people = (
        "dpo_status dpo_opinion dpos_names people_names concerned_people_searched_opinion"
        " concerned_people_searched_content concerned_people_opinion concerned_people_status rejected_reason"
        " applied_adjustements rejection_reason applied_adjustments"
    ).split()
    return {
        "id": 1, "status": UNDER_WAY, "name": visible(run.name), "category": "",
        "author_name": visible(author or ""),
        "evaluator_name": "", "validator_name": "", **dict.fromkeys(open_to_people), "is_example": 0,
        "is_archive": 0, "progress": 0, "created_at": moment, "updated_at": moment,
    }  # fmt: skip


def _measures(case: Case, moment: str) -> list[Node]:
    """Return the measures; their titles differ, because the tool finds them by their titles."""
    found: list[Node] = []
    taken: set[str] = set()
    for place, measure in enumerate(case.declared.measures, 1):
        wanted = visible(measure.title or measure.id or say("cnil.measure", n=place))
        title = next(t for t in _numbered(wanted) if t not in taken)
        taken.add(title)
        words = (
            ("status", say(f"plan.status.{measure.status or 'not_stated'}")),
            ("articles", ", ".join(measure.articles)), ("evidence", measure.evidence),
            ("check", titled(measure.check).title if measure.check else None),
        )  # fmt: skip
        content = _html(_labelled(say(f"cnil.{key}"), value) for key, value in words if value)
        found.append({
            "key": place, "id": place, "pia_id": 1, "title": title, "content": content,
            "placeholder": OWN_MEASURE, "created_at": moment, "updated_at": moment,
        })  # fmt: skip
    return found


def _labelled(label: str, value: object) -> str:
    return say("cnil.labelled", label=label, value=value)


def _numbered(title: str) -> Iterator[str]:
    yield title
    number = 2
    while True:
        yield f"{title} ({number})"
        number += 1


def _answers(case: Case, titles: Mapping[int, str], moment: str) -> tuple[list[Node], list[Node]]:
    """Return the 36 answers, and a comment for each that a person must look at."""
    chapters = body.chapters("cnil", asked.asked(case), cache(partial(blocks.block, case)))
    entries = {int(e.number): e for c in chapters for e in c.entries if e.number.isdecimal()}
    risks = {r.risk.id: r for r in assessed(case)}
    answers, comments = [], []
    for number, entry in sorted(entries.items()):
        name = BLOCKS.get(number // 10)
        data, remark = _text(entry) if name is None else _of_risk(case, risks[name], number % 10, titles)
        stamp = {"created_at": moment, "updated_at": moment}
        answers.append({"reference_to": number, "data": data, **stamp})
        if remark:
            comments.append({"description": remark, "reference_to": number, "for_measure": False, **stamp})
    return answers, comments


def _data(text: str | None = None, gauge: int | None = None, tags: Sequence[str] = ()) -> Node:
    return {"text": text, "gauge": gauge, "list": list(tags)}


def _text(entry: Entry) -> tuple[Node, str]:
    """Return an answer in words: what people signed, then what the run shows; and what is missing."""
    lines = [line for answer in entry.asked for line in _statement(answer.statement)]
    for block in entry.blocks:
        lines += [line for s in block.statements for line in _statement(s)]
        lines += [line for grid in block.grids for line in _grid(grid)]
    missing = "; ".join(answer.statement.label for answer in entry.missing)
    return _data(_html(lines) or None), say("cnil.missing", names=missing) if missing else ""


def _statement(statement: Statement) -> Iterator[str]:
    if statement.value is None:
        return
    note = f" ({statement.note})" if statement.note else ""
    yield _labelled(statement.label, f"{statement.value}{note}")


def _grid(grid: Grid) -> Iterator[str]:
    for row in grid.rows:
        cells = zip(grid.head, row.cells, strict=True)
        yield "; ".join(
            _labelled(name, cell) if name else str(cell) for name, cell in cells if cell is not None
        )


def _html(lines: Iterable[str]) -> str:
    """Return lines as paragraphs; nothing in them is markup."""
    return "".join(str(_paragraph(line)) for line in lines if line.strip())


def _paragraph(text: str) -> Markup:
    parts = text.replace("\r\n", "\n").split("\n")
    lines = (escape(escaped(part)) for part in parts if part.strip())
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines))


def _of_risk(case: Case, risk: Assessed, part: int, titles: Mapping[int, str]) -> tuple[Node, str]:
    """Return an answer about a risk: a list, or a step with its reasons."""
    if part in PARTS:
        stated = risk.opinion.parts.get(PARTS[part], ())
        tags = [line for text in risk.parts(PARTS[part]) for line in text.splitlines()]
        remark = "" if stated else say("cnil.proposed")
        return _data(tags=[visible(tag.strip()) for tag in tags if tag.strip()]), remark
    if part == CONTROLS:
        places = [i for i, m in enumerate(case.declared.measures, 1) if risk.risk.id in m.risks]
        return _data(tags=[titles[i] for i in places]), "" if places else say("cnil.no_measure")
    return _gauge(risk, AXES[part])


def _gauge(risk: Assessed, axis: Axis) -> tuple[Node, str]:
    """Return a step with the measures that work, and why; empty where nothing speaks of it."""
    step = risk.residual.at(axis)
    exposed = risk.exposure
    why = exposed.severity_because if axis is Axis.SEVERITY else exposed.likelihood_because
    before = say("cnil.before", step=risk.inherent.at(axis) or say("scale.not_assessed"))
    signed = [risk.opinion.text, risk.opinion.signature] if risk.opinion.signature else []
    if not step:
        return _data(), say("cnil.open", why=why)
    proposed = "" if signed else say("cnil.proposed")
    return _data(_html([*signed, why, before]), gauge=step), proposed
