"""The second example, in German: a stranger fills in its draft, and each thing that is then wrong shows.

The files are audited once; whatever is stated differently afterwards is judged on that audit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

import auditkit
from auditkit.audit.audit import Audit
from auditkit.cli import main
from auditkit.demo import personnel
from auditkit.demo.personnel import AS_OF
from auditkit.detection import ColumnVerdict
from auditkit.policy import Policy, PolicyError
from auditkit.policy.assessment import YES_NO, field_of
from auditkit.policy.signing import Signed, digest, standing
from auditkit.policy.statements import Attestation, Decision
from auditkit.record import AuditRecord, next_step
from auditkit.report import exports, folder, html, model, office, run_index
from auditkit.report.model import ReportModel
from auditkit.report.saved import SavedRun
from auditkit.report.say import speaking
from tests.report.test_languages import ENGLISH_WORDS
from tests.signing import RUN

WHO = {"by": "Ina Fremd", "role": "Beraterin", "at": date(2026, 11, 20), "until": date(2027, 11, 20)}
STARTS = {"mitarbeiter": "austritt", "kinder": "geburtsdatum", "fehlzeiten": "bis", "bewerbungen": "eingang"}
TABLE = {"purposes": ["arbeit"], "need": "Ohne sie geht es nicht.", "recipients": ["Personalabteilung"]}
KEYS = {
    "controller": {"name": "Kornmann Möbelbau GmbH", "contact": "datenschutz@kornmann.example"},
    "dpo": {"name": "Ina Fremd", "contact": "dsb@kornmann.example"},
    "processing": {"version": "1", "launched": date(2015, 1, 1), "ends": "mit dem letzten Vertrag"},
    "processors": [{"name": "Nordlohn eG", "tasks": "Lohn", "country": "DE"}],
    "purposes": {"arbeit": {"text": "Das Arbeitsverhältnis führen", "legal_basis": "contract"}},
    "measures": [{"id": "M1", "title": "Löschlauf", "status": "implemented", "check": "retention-overdue"}],
    "actions": [{"id": "A1", "text": "Löschen", "owner": "Personal", "due": date(2026, 12, 31)}],
    "review": {"next": date(2027, 11, 20), "triggers": ["new_special_category"]},
}


@dataclass(frozen=True)
class Example:
    """The files, what the draft of a policy says about them, and the one audit of them."""

    files: personnel.Personnel
    policy: Policy
    draft: str
    audit: Audit

    def report(self, policy: Policy, **changes: Any) -> ReportModel:
        """Return the report, in German, as if the policy had been that of the audit."""
        audit = replace(self.audit, declared=policy.to_dict(), policy={"name": policy.name}, **changes)
        with speaking("de"):
            return model.of(audit, policy=policy)


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    files = personnel.write(tmp_path_factory.mktemp("personnel"))
    policy = Policy.load(files.policy)
    made = auditkit.audit(files.data, policy, as_of=AS_OF)
    return Example(files, policy, auditkit.init(files.data), replace(made, run={**made.run, "id": RUN["id"]}))


def signed(block: dict[str, Any]) -> dict[str, Any]:
    """Return a block of a draft with an answer to whatever it asks, signed."""
    kind = field_of(block["field"]).holds  # type: ignore[union-attr]
    stated = {**block, "text": "So ist es, und wir stehen dafür ein.", **WHO}
    if kind == YES_NO:
        stated["answer"] = block["field"] == "criterion.vulnerable"
    if kind == "level":
        stated["level"] = "medium"
    if kind == "risk":
        stated["residual"] = {"severity": 3, "likelihood": 2}
    if kind == "run":
        stated["run"] = RUN
    words = Attestation.model_validate(stated).words or ""
    return {**stated, "text_sha256": digest(words)}


def filled(draft: str) -> dict[str, Any]:
    """Return a draft as a stranger fills it in, who knows nothing but what it asks."""
    tree = yaml.safe_load(draft)
    tree = {**tree, **{key: value for key, value in KEYS.items() if key in tree}}
    tree["reviewed"] = {key: WHO[key] for key in ("by", "role", "at")}
    for name, table in tree["tables"].items():
        table |= {key: value for key, value in TABLE.items() if table.get(key) is None}
        table["subject"] = table.get("subject") or {"type": "Person"}
        if table.get("retention") is None:
            table["retention"] = {"start": STARTS[name], "max": "P9Y", "basis": "Verjährung"}
    tree["attestations"] = [signed(block) for block in tree["attestations"]]
    made = {
        "outcome": "approved",
        "reason": "Es ist vertretbar.",
        "run": RUN,
        "residual_accepted_by": "H. K.",
    }
    words = Decision.model_validate({**made, **WHO}).words or ""
    tree["decision"] = {**made, **WHO, "text_sha256": digest(words)}
    return tree


def parsed(tree: dict[str, Any]) -> Policy:
    return Policy.parse(json.dumps(tree, ensure_ascii=False, default=str))


def still_open(report: ReportModel) -> list[str]:
    return [name for name, answer in report.answers.items() if answer.is_open]


def statement(tree: dict[str, Any], name: str) -> dict[str, Any]:
    return next(block for block in tree["attestations"] if block["field"] == name)


def test_the_command_writes_the_files_and_the_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", str(tmp_path), "--example", "personnel"]) == 0
    assert capsys.readouterr().out.split() == [str(tmp_path / "personal"), str(tmp_path / "privacy.yaml")]
    names = sorted(file.name for file in (tmp_path / "personal").iterdir())
    assert names == ["bewerbungen.csv", "fehlzeiten.csv", "kinder.csv", "mitarbeiter.csv"]
    again = personnel.write(tmp_path / "again")
    assert all((again.data / n).read_bytes() == (tmp_path / "personal" / n).read_bytes() for n in names)


def test_the_example_is_whole_but_for_what_is_stated_on_a_run(example: Example) -> None:
    assert all(isinstance(standing(a, AS_OF), Signed) for a in example.policy.attestations)
    assert all(isinstance(standing(m, AS_OF), Signed) for m in example.policy.measures)
    report = example.report(example.policy)
    assert still_open(report) == ["dpo_advice", "dpo_advice_followed", "decision"]
    found = {(f.check, f.table, f.rows) for f in example.audit.findings}
    assert ("retention-overdue", "bewerbungen", personnel.LATE) in found
    page = html.render(report)
    assert '<html lang="de">' in page and 'lang="en"' in page
    assert "Kinder der Beschäftigten" in page and "fehlzeiten.grund" in page.replace("<wbr>", "")


def test_a_report_is_in_the_language_of_the_policy(example: Example) -> None:
    from auditkit.report.say import language_of

    assert language_of(example.policy.language) == "de"


def test_a_stranger_fills_the_draft_and_nothing_mandatory_is_missing(example: Example) -> None:
    report = example.report(parsed(filled(example.draft)))
    assert still_open(report) == []
    assert report.front.answer.state == "decided"


Breaks = Callable[[dict[str, Any]], None]


def one_letter(tree: dict[str, Any]) -> None:
    block = statement(tree, "necessity")
    block["text"] = block["text"].replace("So", "Su")


def a_day_to_come(tree: dict[str, Any]) -> None:
    statement(tree, "necessity")["at"] = date(2026, 11, 23)


def no_name(tree: dict[str, Any]) -> None:
    del statement(tree, "necessity")["by"]


def an_ended_day(tree: dict[str, Any]) -> None:
    statement(tree, "necessity")["until"] = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (one_letter, "der Text wurde nach der Unterschrift geändert"),
        (a_day_to_come, "der Tag der Unterschrift liegt in der Zukunft"),
        (no_name, "der Name fehlt"),
        (an_ended_day, "abgelaufen"),
    ],
)
def test_a_statement_that_does_not_hold_is_open_and_says_why(
    example: Example, broken: Breaks, why: str
) -> None:
    tree = filled(example.draft)
    broken(tree)
    report = example.report(parsed(tree))
    assert still_open(report) == ["necessity"]
    assert why in str(report.answers["necessity"].statement.note)
    assert why in html.render(report)


def test_a_new_health_column_after_the_decision_calls_for_a_review(example: Example) -> None:
    policy = parsed(filled(example.draft))
    signed_on = replace(example.audit, declared=policy.to_dict())
    diagnosis = ColumnVerdict(
        "fehlzeiten", "diagnose", "HEALTH", "user.health_and_medical", "certain", 0.99, 150, 0, 40, 150
    )
    columns = (*example.audit.columns, diagnosis)
    now = replace(signed_on, columns=columns, run={**signed_on.run, "id": "2026-12-01T09-30-00Z-abcd"})
    with speaking("de"):
        runs: dict[str, AuditRecord] = {RUN["id"]: signed_on}
        report = model.of(now, policy=policy, runs=runs)
    text = report.front.answer.text
    assert "new_special_category" in text and "besondere" in text
    assert "fehlzeiten.diagnose" in str(report.front.people_grid.to_dict())


def test_a_measure_whose_check_fails_is_contradicted(example: Example) -> None:
    page = html.render(example.report(example.policy))
    assert "widerlegt durch 1 Feststellung dieses Laufs" in page


def test_a_typo_in_a_field_is_refused_with_the_right_name(example: Example) -> None:
    tree = filled(example.draft)
    statement(tree, "necessity")["field"] = "necesity"
    with pytest.raises(PolicyError, match="Did you mean 'necessity'"):
        parsed(tree)


@pytest.fixture(scope="session")
def saved(example: Example, tmp_path_factory: pytest.TempPathFactory) -> SavedRun:
    audit = replace(example.audit, declared=example.policy.to_dict(), policy={"name": example.policy.name})
    with speaking("de"):
        place = folder.save(
            audit, tmp_path_factory.mktemp("runs") / "personal" / "eins", policy=example.policy
        )
    run_index.update(place.parent)
    return SavedRun.load(place)


def by_checks(audit: AuditRecord) -> set[str]:
    """Return what checks say in English in every report: why they did not run, and what to do."""
    reasons = {o.reason or "" for o in audit.not_assessed}
    return {text for text in (*reasons, *map(next_step, audit.by_cause)) if text}


@pytest.mark.parametrize("name", ["cnil-pia", "docx", "register", "summary"])
def test_what_is_made_of_the_run_for_people_is_in_german_too(saved: SavedRun, name: str) -> None:
    content, _ = exports.made(name, saved)
    if isinstance(content, bytes):
        parts = re.findall(r"<w:t[^>]*>([^<]*)</w:t>", "\n".join(office.texts(content).values()))
    else:
        parts = re.split(r"<[^<>]*>|\n", content)
    left = []
    for part in map(unescape, parts):
        for english in sorted(by_checks(saved.audit), key=len, reverse=True):
            part = part.replace(english, "")
        if ENGLISH_WORDS.search(re.sub(r"\w+[._]\w+|\"\w+\":", "", part)):
            left.append(part)
    assert left == []


def test_the_index_of_runs_is_in_the_language_of_the_last_report(saved: SavedRun) -> None:
    page = (saved.folder.parent / run_index.PAGE).read_text(encoding="utf-8")
    assert '<html lang="de">' in page and "Beendet (UTC)" in page and "22. November 2026" in page
