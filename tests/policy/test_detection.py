from __future__ import annotations

import pytest

from auditkit.policy import Policy, PolicyError

HEAD = "version: 1\nname: Shop\ndetection:\n"


def refused(text: str, **more: object) -> str:
    with pytest.raises(PolicyError) as error:
        Policy.parse(HEAD + text, **more)
    return str(error.value)


def test_a_block_is_read():
    block = Policy.parse(
        HEAD
        + """
  allow: [{entity: EMAIL_ADDRESS, values: info@example.org, reason: nobody's}]
  deny: [{entity: PERSON, values: [Ana Kovac]}]
  recognizers:
  - {name: Badge, entity: BADGE, category: user.unique_id,
     patterns: 'BX-[0-9]{4}', context: badge, check: luhn, score: 0.9}
"""
    ).detection
    assert block is not None
    assert (block.allow[0].values, block.deny[0].key) == (("info@example.org",), "user.name")
    assert (
        block.recognizers[0].patterns,
        block.recognizers[0].score,
        block.recognizers[0].valid("79927398713"),
    ) == (
        ("BX-[0-9]{4}",),
        0.9,
        True,
    )


def test_a_pattern_that_cannot_run_is_refused_with_its_line():
    message = refused(
        "  recognizers:\n    - {entity: BADGE, category: user.unique_id,\n       patterns: ['BX',"
        " '(a)\\1']}\n"
    )
    assert message.startswith("privacy.yaml:6:")
    assert "write out what the group matches" in message
    assert "privacy.yaml:5:" in refused(
        "  allow:\n    - {entity: EMAIL_ADDRESS, pattern: 'a++', reason: x}\n"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("  deny: [{entity: EMPLOYEE_NO, values: [x]}]\n", "give its `category`"),
        ("  deny: [{entity: EMAIL_ADDRES, values: [x]}]\n", "Did you mean 'EMAIL_ADDRESS'?"),
        ("  deny: [{entity: EMAIL, values: [x]}]\n", "Did you mean 'EMAIL_ADDRESS'?"),
        ("  deny: [{entity: PERSON, values: []}]\n", "at least one"),
        ("  recognizers: [{entity: PERSON, patterns: []}]\n", "at least one"),
        ("  deny: [{entity: EMAIL_ADDRESS, category: none, values: [x]}]\n", "use `allow`"),
        ("  allow: [{entity: EMAIL_ADDRESS, reason: x}]\n", "name the values"),
        ("  allow: [{entity: EMAIL_ADDRESS, values: [x]}]\n", "required"),
        ("  allow: [{entity: e-mail, values: [x], reason: x}]\n", "in capitals"),
        (
            "  recognizers: [{entity: PERSON, patterns: [x], check: nothing.such}]\n",
            "python-stdnum has no such module",
        ),
        ("  recognizers: [{entity: PERSON, patterns: [x], score: 7}]\n", "less than or equal to 1"),
        ("  presidio: gone.yaml\n", "gone.yaml cannot be read"),
        ("  recognisers: []\n", "Did you mean 'recognizers'?"),
    ],
)
def test_what_makes_no_sense_is_refused(text, reason):
    assert reason in refused(text)
    assert "privacy.yaml:4" in refused(text)


def test_a_presidio_file_is_checked_with_its_own_lines(tmp_path):
    file = tmp_path / "recognizers.yaml"
    file.write_text(
        "recognizers:\n  - name: A\n    supported_entity: A\n    patterns:\n      - {name: a, regex:"
        " '(x)\\1', score: 0.5}\n"
    )
    assert refused("  presidio: recognizers.yaml\n", folder=tmp_path).startswith("recognizers.yaml:5:")
    file.write_text("- a\n")
    assert "recognizers.yaml" in refused("  presidio: recognizers.yaml\n", folder=tmp_path)


def test_paths_are_relative_to_the_policy(tmp_path):
    (tmp_path / "recognizers.yaml").write_text("recognizers: []\n")
    (tmp_path / "privacy.yaml").write_text(HEAD + "  presidio: recognizers.yaml\n")
    assert Policy.load(tmp_path / "privacy.yaml").folder == tmp_path
