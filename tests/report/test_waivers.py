"""Waivers to be stated: they load when a person has said who, why and until when, and not before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditkit.outcome import Finding
from auditkit.policy import Policy, PolicyError
from auditkit.report import waivers

HEAD = "version: 1\nname: Shop\n"


def stated(text: str) -> str:
    """Return the block as a person completes it."""
    for key, value in (("reason", "migration ends in spring"), ("owner", "J. Doe"), ("until", "2027-03-31")):
        text = "\n".join(
            f"    {key}: {value}" if line.startswith(f"    {key}: null") else line
            for line in text.splitlines()
        )
    return HEAD + text + "\n"


def test_completed_they_load_and_waive_exactly_those_findings(audit):
    chosen = waivers.chosen(audit)
    policy = Policy.parse(stated(waivers.yaml(chosen)))
    assert [w.fingerprint for w in policy.waivers] == [f.fingerprint for f in chosen] and len(chosen) == 3
    bare = replace(
        audit,
        outcomes=tuple(replace(o, waiver=None) if isinstance(o, Finding) else o for o in audit.outcomes),
    )
    assert {f.fingerprint for f in bare.waived(policy.waivers).findings if f.waiver} == {
        f.fingerprint for f in chosen
    }


def test_uncompleted_they_accept_nothing(audit):
    text = waivers.yaml(waivers.chosen(audit))
    assert text.count("null  # to be stated") == 9
    with pytest.raises(PolicyError, match="reason"):
        Policy.parse(HEAD + text)


def test_check_and_table_choose(audit):
    assert [f.check for f in waivers.chosen(audit, checks=["retention-overdue"])] == ["retention-overdue"]
    assert {f.table for f in waivers.chosen(audit, tables=["users"])} == {"users"}
    assert waivers.chosen(audit, ["retention-overdue"], ["tickets"]) == ()
    with pytest.raises(ValueError, match="Did you mean 'retention-overdue'"):
        waivers.chosen(audit, checks=["retention-overdu"])
    with pytest.raises(ValueError, match="Did you mean 'tickets'"):
        waivers.chosen(audit, tables=["ticket"])


@pytest.mark.parametrize(
    "name", ["x\nreason: accepted", "x # y", "x\r- fingerprint: 1", "a: b", "\u2028reason: z"]
)
def test_a_name_cannot_say_anything_in_the_policy(audit, with_outcomes, name):
    one = replace(audit.findings[0], table=name, columns=(name,), target=name)
    policy = Policy.parse(stated(waivers.yaml([one])))
    assert [(w.fingerprint, w.owner) for w in policy.waivers] == [(one.fingerprint, "J. Doe")]


def test_a_fingerprint_of_digits_stays_text(monkeypatch, audit):
    monkeypatch.setattr(Finding, "fingerprint", property(lambda self: "1234567890123456"))
    assert Policy.parse(stated(waivers.yaml(audit.findings[:1]))).waivers[0].fingerprint == "1234567890123456"
