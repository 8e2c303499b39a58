from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditkit.relations.tokens import Mentions, Tokens, count_mentions

TOKENS = Tokens.of(
    [
        ("1", ["acme-corp", "acme.example"]),
        ("2", ["globex-ag", "shared-name"]),
        ("3", ["initech-inc", "shared-name"]),
    ],
    "tenant",
)
CELLS = st.sampled_from(
    ["acme-corp", "up/acme-corp/1", "up/globex-ag/1", "t/2/x", "shared-name", "/tenants/3", "plain", "", None]
)
ROWS = st.lists(st.tuples(st.sampled_from(["1", "2", "3", None]), CELLS))


def of(rows):
    return count_mentions(TOKENS, [tenant for tenant, _ in rows], [cell for _, cell in rows])


@given(ROWS, ROWS)
def test_the_mentions_of_two_parts_add_up_to_those_of_the_whole(a, b):
    assert of(a) + of(b) == of(a + b)


@given(ROWS, ROWS)
def test_the_order_does_not_matter(a, b):
    assert of(a) + of(b) == of(b) + of(a)
    assert of(a) + Mentions() == of(a)


def test_a_word_of_two_tenants_names_neither():
    assert TOKENS.named_in("shared-name") == set()


def test_short_words_and_bare_numbers_name_nobody():
    tokens = Tokens.of([("1", ["acme", "1234567"]), ("2", ["globex-ag"])], "tenant")
    assert tokens.owners == {"globex-ag": "2"}
