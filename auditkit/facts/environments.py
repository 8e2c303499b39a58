"""What the name of a source or schema says of its environment."""

from __future__ import annotations

import re

from auditkit.relations.names import words

_PRODUCTION = re.compile(r"(?:^|_)(?:prod|production|prd|live|main|master)\d*(?:_|$)")
_TEST = re.compile(
    r"(?:^|_)(?:tests?|testing|dev|devel|develop|development|qa|uat|sandbox|preprod)\d*(?:_|$)"
)
_STAGING = re.compile(r"(?:^|_)(?:staging|stage|stg|integration)\d*(?:_|$)")


def is_production(source: str) -> bool:
    """Return whether a source is named like a production system.

    >>> is_production("prod"), is_production("staging")
    (True, False)
    """
    return bool(_PRODUCTION.search(words(source)))


def is_test(source: str) -> bool:
    """Return whether a source is named like a system for development or tests.

    >>> is_test("qa2"), is_test("staging")
    (True, False)
    """
    return bool(_TEST.search(words(source)))


def is_staging(source: str) -> bool:
    """Return whether a source is named like a staging area.

    A database with such a name is a test system. A schema may be a step on the way into the same database.

    >>> is_staging("staging"), is_staging("prod")
    (True, False)
    """
    return bool(_STAGING.search(words(source)))
