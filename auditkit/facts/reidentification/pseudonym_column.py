from __future__ import annotations

import re
from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.check import Item, each
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.policy import TablePolicy
from auditkit.relations.infer import family
from auditkit.relations.names import words
from auditkit.vocabulary import is_ancestor

_WHO = "user|customer|client|person|people|patient|subject|member|employee|participant|respondent|student|e?mail|phone|msisdn|name|visitor"
_NAMED = re.compile(
    r"(?:^|_)(?:pseudonym(?:e|ous|ised|ized)?|pseudo|anon|anonymi[sz]ed)(?:_(?:id|key|code|no|number|user|subject|person))?$"
    rf"|(?:^|_)(?:hash|hashed|pseudo|pseudonymous|anon|anonymous|anonymi[sz]ed|masked|tokeni[sz]ed)_(?:{_WHO})(?:_(?:id|key|no|number))?$"
    rf"|(?:^|_)(?:{_WHO})(?:_(?:id|key|no|number|address))?_(?:hash|digest|md5|sha\d*|pseudonym|token_hash)$"
)
KEYS = ("user.unique_id", "user.account.username", "user.device.cookie_id", "user.device.device_id")


@dataclass(frozen=True)
class PseudonymColumn(Item, columns="name"):
    """A column that stands for a person in place of who it is, and how sure that is."""

    name: str
    confidence: Confidence
    claimed: bool
    missing: Missing | None = None


@each
def pseudonym_column(
    relation: Examined, declared: TablePolicy | None = None
) -> tuple[PseudonymColumn, ...] | Missing:
    """The pseudonyms of the table: what is called one, and every key of a person where the table is held out
    to hide people.

    An ordinary key, such as the `user_id` of an order, hides nobody and is none.
    """
    assert relation.table is not None  # a relation without a table says why it is missing
    told = f"{relation.name} has no pseudonym by its name, and is not said to be pseudonymised or anonymous"
    return pseudonyms(relation.table, declared) or Missing(Cause.NOT_APPLICABLE, told)


def pseudonyms(table: ir.Table, declared: TablePolicy | None) -> tuple[PseudonymColumn, ...]:
    """Return the pseudonyms of a table."""
    claimed = hides(declared)
    return tuple(
        PseudonymColumn(c, Confidence.HIGH if claimed else Confidence.MEDIUM, claimed)
        for c in table.columns
        if family(table[c].type())
        and (_NAMED.search(words(c)) or (claimed and declared is not None and _is_key(c, declared)))
    )


def hides(declared: TablePolicy | None) -> bool:
    """Return whether a table is held out to be pseudonymised or anonymous."""
    return declared is not None and (
        declared.anonymous or (declared.disclosure is not None and declared.disclosure.pseudonymised)
    )


def _is_key(column: str, declared: TablePolicy) -> bool:
    stated = declared.columns.get(column)
    subject = declared.subject is not None and declared.subject.key == column
    return subject or (
        stated is not None and stated.personal and any(is_ancestor(key, stated.category) for key in KEYS)
    )
