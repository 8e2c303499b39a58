"""Everything that a policy declares stands in the report, and nothing that is signed is cut."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape

import pytest

from auditkit.policy import Policy
from auditkit.policy.signing import digest
from auditkit.report import html, model
from auditkit.report.wording import period_words
from tests.policy.test_models import WHOLE
from tests.signing import decision, statement

POLICY = Policy.parse(WHOLE)


def leaves(value, path=()):
    """Yield every declared value with the keys that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path, value


DECLARED = [
    (path, value)
    for path, value in leaves(POLICY.to_dict())
    if not isinstance(value, bool) and path[0] not in ("attestations", "decision", "version")
]


@pytest.fixture(scope="module")
def shown():
    from datetime import date

    from auditkit.audit.audit import Audit

    report = model.of(Audit(outcomes=(), source="x", as_of=date(2026, 11, 22)), policy=POLICY)
    page = unescape(html.render(report)).replace("<wbr>", "").replace("</code>", "").replace("<code>", "")
    return page, report.to_json()


@pytest.mark.parametrize(
    ("path", "value"), DECLARED, ids=lambda v: ".".join(map(str, v)) if isinstance(v, tuple) else ""
)
def test_a_declared_value_is_shown_on_the_page_and_in_the_data(path, value, shown):
    page, data = shown
    words = period_words(value)
    assert words in page and (words in data or json.dumps(words)[1:-1] in data), path


def test_the_walk_sees_every_block_of_the_policy():
    walked = {path[0] for path, _ in DECLARED}
    assert walked == set(Policy.model_fields) - {
        "version", "attestations", "decision", "detection", "proposed",
    }  # fmt: skip


def test_a_signed_text_of_any_length_is_shown_whole_with_its_paragraphs(audit):
    parts = [f"Paragraph {n}: " + "word " * 800 for n in range(1, 6)]
    text = "\n\n".join(part.strip() for part in parts)
    lines = ["version: 1", "name: X", f"decision: {decision(reason=text)}"]
    policy = Policy.parse("\n".join([*lines, f"attestations: [{statement('necessity', text)}]"]))
    assert policy.attestations[0].text_sha256 == digest(text)
    page = html.render(model.of(replace(audit, outcomes=()), policy=policy))
    for part in parts:
        assert page.count(part.strip()) >= 2, "the statement, and the reason of the decision"
