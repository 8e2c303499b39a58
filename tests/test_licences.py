"""Everything that auditkit installs has a licence that is allowed."""

from __future__ import annotations

import pytest

from tools.licences import KNOWN, Package, packages


def test_every_licence_is_known_and_allowed():
    refused = {package.name: package.refused for package in packages() if package.refused}
    assert not refused, "read the licence; then add it to tools/licences.toml, or do without the package"


@pytest.mark.parametrize(
    ("licence", "extra", "refused"),
    [
        ("MIT", "", ()),
        ("MIT AND (Apache-2.0 OR GPL-3.0-only)", "", ()),
        ("GPL-3.0-only", "dev", ("GPL-3.0-only",)),
        ("GPL-2.0-only", "", ("GPL-2.0-only",)),
        ("GPL-2.0-only", "dev", ()),
        ("unknown", "ner", ("unknown",)),
        ("MIT AND AGPL-3.0-only", "", ("AGPL-3.0-only",)),
    ],
)
def test_one_allowed_licence_of_a_choice_is_enough_and_all_others_must_be(licence, extra, refused):
    assert Package("x", licence, extra).refused == refused


def test_nothing_is_allowed_twice():
    assert not set(KNOWN["allowed"]) & set(KNOWN["development"])
