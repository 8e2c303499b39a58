"""Laws about HTML and XML: cells and texts are read without their tags, and nothing between them is lost."""

from __future__ import annotations

import html

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit.detection.plain import plain, plain_text

NAMES = "Nora Quist; Imran Sheikh; Beatriz Pinto; Oskar Lindahl; Grace Park; Hans Meier; Eva Kern".split("; ")
LETTERS = st.text("abcdefgh XYZ01234@.", min_size=1, max_size=12)
ELEMENTS = st.sampled_from("b i span p td div br person first_name ns:mail a-b x.y".split())


@st.composite
def marked_up(draw, depth=2):
    """Return a text with tags, and the texts between the tags and in the values of attributes, in order."""
    text, held = "", []
    for _ in range(draw(st.integers(1, 3))):
        words = draw(LETTERS)
        if depth and draw(st.booleans()):
            element, value = draw(ELEMENTS), draw(st.none() | LETTERS)
            quote = draw(st.sampled_from("\"'"))
            inner, inside = draw(marked_up(depth - 1))
            attribute = "" if value is None else f" title={quote}{value}{quote}"
            text += f"<{element}{attribute}>{inner}</{element}>"
            held += [*([] if value is None else [value]), *inside]
        else:
            text += words
            held.append(words)
    return text, held


@given(marked_up())
def test_tags_give_way_and_every_text_between_them_stays(made):
    text, held = made
    view = plain(text)
    assert "".join(view.text.split()) == "".join("".join(held).split())
    for at, letter in enumerate(view.text):
        start, end = view.original(at, at + 1)
        assert letter == "\n" or text[start:end] == letter


@given(LETTERS, ELEMENTS)
def test_entities_inside_tags_and_attributes_are_decoded(words, element):
    hidden = "".join(f"&#{ord(letter)};" for letter in words)
    assert plain_text(f'<{element} title="{hidden}">{hidden}</{element}>').split() == 2 * words.split()


@pytest.mark.parametrize(
    "text",
    [
        "Anna <anna@example.org>",
        "a <b and c> d",
        "List<String>",
        "if a<b && c>d",
        "<PERSON> said",
        "x <= y > z",
    ],
)
def test_what_only_looks_like_a_tag_stays(text):
    assert plain_text(html.escape(text)) == plain_text(text) == text


def one(values, name="c1"):
    (verdict,) = auditkit.profile({"t": pd.DataFrame({name: values})}).columns
    return verdict


@pytest.mark.parametrize(
    "form", ["<b>{}</b>", "<name>{}</name>", '<td class="x">{}</td>', "<p><i>{}</i></p>"]
)
@pytest.mark.parametrize("name", ["c1", "full_name"])
def test_a_name_between_tags_is_a_name(form, name):
    assert (one([form.format(n) for n in NAMES], name).entity) == "PERSON"


@pytest.mark.parametrize(
    "form",
    [
        '<customer id="{0}"><name>{1}</name><email>x{0}&#64;example.org</email></customer>',
        "<tr><td>{0}</td><td>{1}</td><td>x{0}@<b>example.org</b></td></tr>",
        '<person id="{0}" name="{1}" mail="x{0}%40example.org"/>',
    ],
)
def test_documents_of_markup_are_texts_that_hold_what_stands_in_them(form):
    verdict = one([form.format(n, name) for n, name in enumerate(NAMES)], "payload")
    assert (verdict.entity, verdict.verdict) == ("FREE_TEXT", "likely")
    assert verdict.contains["EMAIL_ADDRESS"] == len(NAMES)
    assert verdict.contains.get("PERSON", 1) > 0
