from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.policy import Policy, PolicyError
from auditkit.policy.precision import TIMES, Precision

HEAD = "version: 1\nname: Shop\n"
WORDS = st.sampled_from(["exact", "network", *TIMES])
COUNTED = st.one_of(
    st.integers(0, 6).map(lambda n: Precision("decimals", n)),
    st.integers(1, 9).map(lambda n: Precision("characters", n)),
    st.integers(1, 999_999_999).map(lambda n: Precision("steps", n)),
)


@given(st.one_of(WORDS.map(Precision), COUNTED))
def test_what_is_written_is_read_again(precision):
    assert Precision.parse(str(precision)) == precision


@pytest.mark.parametrize(
    "text", ["rough", "7 decimals", "0 characters", "steps of 0", "steps", "years", "3", ""]
)
def test_a_text_that_is_not_a_precision_is_refused(text):
    with pytest.raises(ValueError, match="expected the precision that is needed"):
        Precision.parse(text)


def test_a_column_declares_its_precision_and_why_it_keeps_a_copy():
    column = "{category: user.contact.address.street, precision: exact, snapshot: invoices must not change}"
    policy = Policy.parse(HEAD + f"tables: {{invoices: {{columns: {{address: {column}}}}}}}")
    address = policy.tables["invoices"].columns["address"]
    assert (address.precision, address.snapshot) == (Precision("exact"), "invoices must not change")


def test_a_mistake_is_refused_with_its_line():
    with pytest.raises(PolicyError, match=r"privacy.yaml:6:.*3 decimals"):
        Policy.parse(
            HEAD + "tables:\n  t:\n    columns:\n      lat: {category: user.location.precise, precision: 3"
            " digits}\n"
        )


def test_environments_are_read_and_their_keys_are_closed():
    declared = Policy.parse(HEAD + "environments: {production: [shop], test: [copy]}").environments
    assert (declared.production, declared.test) == (("shop",), ("copy",))
    with pytest.raises(PolicyError, match="Did you mean 'test'"):
        Policy.parse(HEAD + "environments: {tests: [copy]}")
