"""The text of a row policy as a tree, and which settings it reads.

A condition is parsed and never shown: a literal in it may be personal data.
"""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from auditkit.relations.queries import silenced_parser
from auditkit.row_security.parts import bare

_USER_SETTINGS = tuple(
    "user_metadata raw_user_meta_data request.header request.cookie application_name inet_client_addr".split()
)
"""Settings and columns that every connected user can set."""


class UnreadableError(ValueError):
    """The text of a policy cannot be parsed."""


@lru_cache(maxsize=4096)
def parsed(text: str) -> exp.Expr:
    """Return the tree of a condition.

    Raises:
        UnreadableError: the text cannot be parsed.
    """
    try:
        with silenced_parser():
            statement = sqlglot.parse_one(f"SELECT {text}", read="postgres", into=exp.Select)
            return statement.selects[0].unalias().copy()
    except (SqlglotError, RecursionError, AttributeError, IndexError):
        raise UnreadableError("the condition of a row policy cannot be parsed") from None


def can_be_set_by_the_user(condition: exp.Expr) -> bool:
    """Return whether a condition reads something that every connected user can set."""
    texts = [literal.this for literal in condition.find_all(exp.Literal, exp.JSONPathKey)]
    names = [node.name for node in condition.find_all(exp.Identifier, exp.Anonymous)]
    words = [part for text in texts for part in str(text).strip("{}").split(",")]
    return any(str(word).lower().startswith(_USER_SETTINGS) for word in [*words, *names])


def ignores_a_missing_setting(condition: exp.Expr) -> bool:
    """Return whether a missing setting is null instead of an error: `current_setting(name, true)`."""
    calls = [call for call in condition.find_all(exp.Anonymous) if call.name.lower() == "current_setting"]
    return any(len(call.expressions) > 1 and bare(call.expressions[1]) == exp.true() for call in calls)
