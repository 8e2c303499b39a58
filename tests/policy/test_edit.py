"""A change of a policy file touches what it sets, and no other byte."""

from __future__ import annotations

from datetime import date
from itertools import takewhile

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditkit.errors import UsageError
from auditkit.policy import load
from auditkit.policy.edit import with_keys
from auditkit.policy.scalar import scalar

WHO = {"by": "Marta Oliveira", "at": date(2026, 9, 4)}
ENTRIES = {
    "block": "{pad}- field: {field}  # a question\n{pad}  text: {text}  # draft\n",
    "literal": "{pad}- field: {field}\n{pad}  text: |\n{pad}    First line.\n\n{pad}    Last line.\n",
    "folded": "{pad}-   field: '{field}'\n{pad}    # it\n{pad}    text: >-\n{pad}      A,\n{pad}      b.\n",
    "flow": '{pad}- {{field: {field}, text: "{text}"}}  # short\n',
    "flow over lines": "{pad}- {{field: {field},   # why\n{pad}   text: {text}}}\n",
    "null": "{pad}- field: {field}\n{pad}  text: null\n{pad}  by: ~   # who\n",
    "empty": "{pad}- field: {field}\n{pad}  text:\n",
}  # fmt: skip


WORDS = ["One.", "Two: parts # and a sign", 'A "quoted" text', "P1.\n\nP2.\n- a", "é\u2028"]


@st.composite
def files(draw):
    """Return the text of a policy, and how many statements it has."""
    pad = draw(st.sampled_from(["", "  ", "    "]))
    styles = draw(st.lists(st.sampled_from(sorted(ENTRIES)), min_size=1, max_size=4))
    gap = st.sampled_from(["", "\n", "{pad}# a comment: {{with}} signs\n", "\n{pad}  # deeper\n\n"])
    body = "".join(
        ENTRIES[style].format(pad=pad, field=f"f{i}", text=f"text {i}") + draw(gap).format(pad=pad)
        for i, style in enumerate(styles)
    )
    tail = draw(
        st.sampled_from(["", "actions: []   # later\n", "review:\n  every: 'P1Y'\n# the end", "\n\n"])
    )
    whole = f"# head\nversion: 1\nname:   'X'\nattestations:   # people\n{body}{tail}"
    return draw(st.sampled_from([whole, whole.replace("\n", "\r\n")])), len(styles)


@given(files(), st.data())
def test_only_the_entry_that_is_signed_changes(file, data):
    text, entries = file
    place = data.draw(st.integers(0, entries))
    words = data.draw(st.sampled_from(WORDS))
    changes = {"text": words, **WHO} if place < entries else {"field": "new", "text": words, **WHO}
    made = with_keys(text, ("attestations", place), changes)
    old, new = (yaml.compose(t, yaml.SafeLoader) for t in (text, made))
    assert load.read(made, "").tree["attestations"][place]["text"] == words
    items = next(v for k, v in old.value if k.value == "attestations").value
    if place == entries:
        assert _kept(text, made) >= len(text), "a new entry is one insertion"
    else:
        start, end = items[place].start_mark.index, items[place].end_mark.index
        assert made.startswith(text[:start]) and made.endswith(text[end:])
        comments = [line for line in text[start:end].splitlines() if line.lstrip().startswith("#")]
        assert all(line in made.splitlines() for line in comments), "comments inside the entry stay"
    assert "\r\n" not in text or made.count("\n") == made.count("\r\n")
    assert len(new.value) == len(old.value)


def _kept(old, new):
    """Return how many characters the beginnings and the ends of two texts share."""
    pairs = (zip(old, new, strict=False), zip(old[::-1], new[::-1], strict=False))
    return sum(sum(1 for _ in takewhile(lambda two: two[0] == two[1], both)) for both in pairs)


@given(st.text())
def test_any_text_is_written_so_that_it_is_read_back(words):
    try:
        made = with_keys("version: 1\nname: X\n", ("decision",), {"reason": words})
    except UsageError:
        assert any(0xD800 <= ord(c) < 0xE000 for c in words), "half a character is not text"
        return
    assert load.read(made, "").tree["decision"]["reason"] == words


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("a: 1\ndecision: null  # by you\n", ("decision",), 'a: 1\ndecision: {by: "M O"}  # by you\n'),
        ("a: 1\ndecision: null\nz: 2\n", ("decision",), 'a: 1\ndecision:\n  by: "M O"\nz: 2\n'),
        ("a: 1\nattestations:\nz: 2\n", ("attestations", 0), 'a: 1\nattestations:\n  - by: "M O"\nz: 2\n'),
        ("{a: 1, l: []}", ("l", 0), '{a: 1, l: [{by: "M O"}]}'),
        ("a: 1", ("l", 0), 'a: 1\nl:\n  - by: "M O"'),
        ("t:\n  users: null\n", ("t", "users", "reviewed"), 't:\n  users:\n    reviewed: {by: "M O"}\n'),
        ("t:\n  u: {k: 5}\n", ("t", "u", "reviewed"), 't:\n  u: {k: 5, reviewed: {by: "M O"}}\n'),
    ],
)  # fmt: skip
def test_a_block_that_is_not_there_is_added(text, path, expected):
    assert with_keys(text, path, {"by": "M O"}) == expected


def test_values_are_written_as_yaml_reads_them():
    for value in ("no", "null", "1", "a: b", "#", "'", '"', "\\", "x" * 300, "2026-01-01"):
        assert yaml.safe_load(scalar(value)) == value
