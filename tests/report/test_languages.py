"""A report in another language: nothing on the page is in English but what says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pycountry
import pytest

from auditkit.catalogue import catalogue as checks
from auditkit.draft.words import SENTENCES, Words
from auditkit.policy import Policy
from auditkit.policy.assessment import fields
from auditkit.policy.practices import PREFIX, practices
from auditkit.policy.signing import Flaw
from auditkit.record import AuditRecord
from auditkit.report import html, model
from auditkit.report import say as sentences
from auditkit.report.say import ENGLISH, LANGUAGES, country_name, speaking, written
from auditkit.vocabulary.entities import GENERAL

ROOT = Path(__file__).parents[2]
TRANSLATIONS = [code for code in LANGUAGES if code != ENGLISH]
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
HEARD = ("aria-label", "title", "alt", "data-search")
"""The attributes that a reader hears or sees."""
ENGLISH_WORDS = re.compile(
    r"\b(the|of|and|is|are|with|by|which|that|has|have|been|rows?|columns?|checks?|declared|found|findings?|"
    r"people|stated|nobody|what|who|kept|data)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Text:
    """A piece of text of a page, and in which language it says to be."""

    words: str
    language: str
    is_code: bool


class Texts(HTMLParser):
    """Every text of a page, also what is only heard."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[tuple[str, str | None]] = []
        self.texts: list[Text] = []
        self.feed(page.replace("<wbr>", ""))  # a name may break anywhere

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag not in VOID:
            self._open.append((tag, known.get("lang")))
        for name in HEARD:
            self._add(known.get(name) or "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, words: str) -> None:
        language = next((code for _, code in reversed(self._open) if code is not None), "")
        is_code = any(tag in ("code", "pre", "style", "script") for tag, _ in self._open)
        if words.strip():
            self.texts.append(Text(" ".join(words.split()), language, is_code))


@cache
def example() -> tuple[AuditRecord, Policy]:
    """Return the run of the sample, and the policy of the example."""
    policy = Policy.load(ROOT / "auditkit" / "demo" / "privacy.yaml")
    audit = AuditRecord.load(ROOT / "reports" / "sample")
    return replace(audit, declared=policy.to_dict()), policy


def page(code: str, view: str | None) -> list[Text]:
    """Return what a reader of the page of the example meets in its own language."""
    audit, policy = example()
    with speaking(code):
        report = model.of(audit, policy=policy, view=view)
    return [t for t in Texts(html.render(report)).texts if t.language == code and not t.is_code]


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for key, inner in value.items():
                yield from (str(key), *strings(inner))
        case list() | tuple():
            for inner in value:
                yield from strings(inner)


def names() -> set[str]:
    """Return the words of the names that stay as they are: of the source, of the policy, of this program."""
    audit, policy = example()
    declared = policy.to_dict()
    people = {s["by"] for s in declared["attestations"] + declared["measures"] if s.get("by")}
    texts = [audit.source, str(audit.run.get("id")), *people, *declared["purposes"], *declared["tables"]]
    texts += [str(p[key]) for p in declared["processors"] for key in ("name", "contract")]
    texts += [policy.name, *strings({k: declared[k] for k in ("controller", "dpo", "exclude")})]
    texts += [v["by"] for v in declared["review"]["history"]]
    for outcome in audit.outcomes:
        texts += [outcome.table or "", *outcome.columns, outcome.target or ""]
    for column in audit.columns:
        texts += [column.table, column.column]
    texts += [*strings(audit.run.get("versions") or {}), str(audit.run.get("python"))]
    texts += [incident.clock or "" for incident in audit.incidents]
    return {word for text in texts for word in re.findall(r"[A-Za-z]+", text)}


def test_every_word_of_the_page_comes_from_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a language that has no letter of English, each word with one was written beside the catalogue."""
    real = written

    def strange(text: str) -> str:
        parts = re.split(r"(\{\w+\}|`[^`]*`)", text)
        return "".join(p if i % 2 else re.sub("[A-Za-z]", "ж", p) for i, p in enumerate(parts))

    @cache
    def invented(code: str) -> Mapping[str, str]:
        same = {"language.day"}
        return {k: t if k in same else strange(t) for k, t in real(code).items()}

    monkeypatch.setattr(sentences, "written", invented)
    sentences._complete.cache_clear()
    try:
        texts = page("de", None)
    finally:
        monkeypatch.undo()
        sentences._complete.cache_clear()
    known = {*names(), *"auditkit SHA Art CSV GDPR UTC".split(), "json", "report"}
    plain = [re.sub(r"\b[TS]-[0-9a-f]{12}\b", "", t.words) for t in texts]  # labels of tenants
    assert {w: text for text in plain for w in re.findall("[A-Za-z]{3,}", text) if w not in known} == {}


@pytest.mark.parametrize(("code", "view"), [("de", "edpb"), ("fr", "cnil")])
def test_no_word_of_english_is_left_on_the_page(code: str, view: str) -> None:
    texts = [t.words for t in page(code, view)]
    assert not [text for text in texts if ENGLISH_WORDS.search(re.sub(r"\w+[._]\w+", "", text))]
    other = set(written(code).values())
    english = {text for text in written(ENGLISH).values() if text not in other and "{" not in text}
    english = {text for text in english if re.search("[a-z]{2}", text)}
    assert {text for text in english - names() if text in texts} == set()
    long = [text for text in english if len(text.split()) > 3]
    whole = "\n".join(texts)
    assert [text for text in long if text in whole] == []


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_a_sentence_of_a_draft_has_the_same_places(code: str) -> None:
    known = written(f"words.{code}")
    for name, english in SENTENCES.items():
        assert re.findall(r"\{\w+\}", english) == re.findall(r"\{\w+\}", known[f"draft.{name}"]), name


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_country_has_a_name(code: str) -> None:
    with speaking(code):
        unnamed = [c.alpha_2 for c in pycountry.countries if not country_name(c.alpha_2)]
    assert unnamed == []


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_every_check_entity_practice_and_question_has_its_words(code: str) -> None:
    wanted = {f"check.{name}" for name in checks()}
    wanted |= {f"entity.{row[0]}" for row in GENERAL}
    wanted |= {f"practice.{p.field.removeprefix(PREFIX)}" for p in practices()}
    wanted |= {f"area.{p.area}" for p in practices()}
    wanted |= {f"question.{name}" for name in fields()}
    wanted |= {f"flaw.{flaw.value}" for flaw in Flaw}
    wanted |= {f"draft.{name}" for name in SENTENCES}
    wanted |= {f"when.{f.id}" for f in fields().values() if f.when}
    heard: set[str] = set()
    words = Words(lambda kind, name, english: heard.add(f"{kind}.{name}"))
    for field in fields().values():
        words.by(field.role)
        words.group(field.group)
    words.by("head of operations")
    wanted |= heard
    assert wanted == set(written(f"words.{code}"))
