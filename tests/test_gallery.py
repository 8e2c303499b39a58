"""The gallery of the site: a notebook with its outputs as a page that loads nothing."""

from __future__ import annotations

import re

from tools.gallery import contents, page, title_of

BOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Rows & people\n", "Text."]},
        {
            "cell_type": "code", "id": "b", "metadata": {}, "execution_count": 1, "source": ["audit"],
            "outputs": [
                {
                    "output_type": "display_data", "metadata": {},
                    "data": {"text/html": ["<table><td>12 of 300</td></table>"], "text/plain": ["x"]},
                }
            ],
        },
    ],
}  # fmt: skip


def test_a_page_holds_texts_cells_and_outputs_and_loads_nothing():
    made = page(BOOK)
    assert "<td>12 of 300</td>" in made and "Text." in made and ">audit<" in made
    assert "<title>Rows &amp; people</title>" in made
    assert "default-src &#39;none&#39;" in made or "default-src 'none'" in made
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", made)


def test_the_contents_name_every_notebook():
    made = contents({"retention": title_of(BOOK)})
    assert '<a href="retention.html">Rows &amp; people</a>' in made
