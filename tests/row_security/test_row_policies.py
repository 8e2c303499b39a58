"""What is weak in a row policy, whatever stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.dataset.rights import PUBLIC, RowPolicy
from auditkit.row_security.parsing import UnreadableError
from auditkit.row_security.surroundings import OwnerColumns
from auditkit.row_security.weaknesses import Place, is_readable, weaknesses_of

PLACE = Place(OwnerColumns("files", frozenset({"tenant_id"}), frozenset({"owner_id"})))
OWN = "(tenant_id = (current_setting('app.tenant_id'::text))::integer)"
ATOMS = st.sampled_from(
    [
        "(id > 0)",
        "is_public",
        "(owner_id = auth.uid())",
        OWN,
        "(name ~~ 'a%'::text)",
        "(kind = ANY (ARRAY[1, 2]))",
        "true",
    ]
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda parts: st.one_of(
        st.tuples(parts, parts).map(lambda ab: f"({ab[0]} AND {ab[1]})"),
        st.tuples(parts, parts).map(lambda ab: f"({ab[0]} OR {ab[1]})"),
    ),
    max_leaves=6,
)


def weak(using: str, check: str | None = OWN) -> set[str]:
    return set(
        weaknesses_of(
            RowPolicy("files", "p", "p", "ALL", True, frozenset({PUBLIC}), using, check), PLACE
        ).found
    )


@given(CONDITIONS)
def test_a_condition_that_is_also_kept_to_the_tenant_is_not_weak(condition):
    assert weak(f"({condition} AND {OWN})") == set()


@given(CONDITIONS)
def test_one_side_of_an_or_that_is_always_true_makes_the_policy_always_true(condition):
    assert weak(f"({condition} OR true)") & {"always_true", "or_true"}


@given(CONDITIONS, CONDITIONS)
def test_an_or_is_as_weak_as_its_weaker_side_and_the_order_does_not_matter(left, right):
    assert weak(f"({left} OR {right})") == weak(f"({right} OR {left})")
    open_to_all = {"always_true", "or_true", "no_tenant_column", "open_side", "open_branch"}
    assert bool(weak(f"({left} OR {right})") & open_to_all) == bool((weak(left) | weak(right)) & open_to_all)


def test_a_text_that_is_not_a_condition_is_refused_and_not_repeated():
    policy = RowPolicy("files", "p", "p", "ALL", True, frozenset({PUBLIC}), "tenant_id = = 'canary'", None)
    assert not is_readable(policy)
    with pytest.raises(UnreadableError) as stopped:
        weaknesses_of(policy, PLACE)
    assert "canary" not in str(stopped.value)
