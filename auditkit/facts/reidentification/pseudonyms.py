"""Which columns hold pseudonyms: keys that stand for a person in place of who it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.check import Item, each
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.policy import TablePolicy
from auditkit.relations.names import words
from auditkit.relations.tables import key_family
from auditkit.vocabulary import is_ancestor

_PERSON = (
    "user|customer|client|person|people|patient|subject|member|employee|participant|respondent|student|e?mail"
    "|phone|msisdn|name|visitor"
)
_HIDDEN = "hash|hashed|pseudo|pseudonymous|anon|anonymous|anonymi[sz]ed|masked|tokeni[sz]ed"
_PSEUDONYM = re.compile(
    r"(?:^|_)(?:pseudonym(?:e|ous|ised|ized)?|pseudo|anon|anonymi[sz]ed)"
    r"(?:_(?:id|key|code|no|number|user|subject|person))?$"
    rf"|(?:^|_)(?:{_HIDDEN})_(?:{_PERSON})(?:_(?:id|key|no|number))?$"
    rf"|(?:^|_)(?:{_PERSON})(?:_(?:id|key|no|number|address))?_(?:hash|digest|md5|sha\d*|pseudonym|token_hash)$"
)
"""Names of pseudonyms, such as `pseudonym_id`, `hashed_email` and `user_id_hash`."""
LONG = 6
"""Shorter texts are met by chance."""
KEYS = ("user.unique_id", "user.account.username", "user.device.cookie_id", "user.device.device_id")


@dataclass(frozen=True)
class PseudonymColumn(Item, columns="name"):
    """A column of pseudonyms.

    Attributes:
        name: its name.
        confidence: how sure that is.
        claimed: the policy says that the table hides people.
    """

    name: str
    confidence: Confidence
    claimed: bool


@each
def pseudonym_column(
    relation: Examined, declared: TablePolicy | None = None
) -> tuple[PseudonymColumn, ...] | Missing:
    """The columns of pseudonyms in the table."""
    assert relation.table is not None  # a relation without a table says why it is missing
    reason = (
        f"no column of {relation.name} is called a pseudonym, and the policy does not say that the table is"
        " pseudonymised or anonymous"
    )
    return pseudonyms(relation.table, declared) or Missing(Cause.NOT_APPLICABLE, reason)


def pseudonyms(table: ir.Table, declared: TablePolicy | None) -> tuple[PseudonymColumn, ...]:
    """Return the columns of pseudonyms: by their name, or a key of a person where the table hides people.

    An ordinary key, such as the `user_id` of an order, hides nobody.
    """
    claimed = declared is not None and _hides_people(declared)
    keys = {c for c in table.columns if claimed and declared is not None and _is_key(c, declared)}
    return tuple(
        PseudonymColumn(c, Confidence.HIGH if claimed else Confidence.MEDIUM, claimed)
        for c in table.columns
        if key_family(table[c].type()) and (_PSEUDONYM.search(words(c)) or c in keys)
    )


def is_long(cell: ir.Column) -> ir.BooleanValue:
    """Return whether a pseudonym is not met by chance in another column, as a short text is."""
    return cell.notnull() & (cell.length() >= LONG) if cell.type().is_string() else cell.notnull()


def meeting(table: ir.Table, column: str, there: ir.Table, other: str) -> tuple[ir.Table, ir.BooleanValue]:
    """Return the rows of a table, and whether the pseudonym of each also stands in a column of another."""
    known = there.select(auditkit_known=there[other]).filter(lambda t: t.auditkit_known.notnull()).distinct()
    rows = table.left_join(known, table[column] == known.auditkit_known)
    return rows, rows.auditkit_known.notnull() & is_long(rows[column])


def _hides_people(declared: TablePolicy) -> bool:
    """Return whether the policy says that a table is pseudonymised or anonymous."""
    return declared.anonymous or (declared.disclosure is not None and declared.disclosure.pseudonymised)


def _is_key(column: str, declared: TablePolicy) -> bool:
    """Return whether the policy says that a column is a key of people."""
    if declared.subject is not None and declared.subject.key == column:
        return True
    stated = declared.columns.get(column)
    return stated is not None and stated.personal and any(is_ancestor(key, stated.category) for key in KEYS)
