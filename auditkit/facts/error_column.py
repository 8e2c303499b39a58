from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.relations.names import words

_MORE = "message|msg|text|details?|description|body|response|info|output|trace|stack|log|reason|data|payload|json|string"
_ERROR = re.compile(
    rf"(?:^|_)(?:errors?|err|exceptions?|exc|failure|fault|traceback|backtrace|stack_?trace|fehler(?:meldung|text)?|erreur|errore)(?:_(?:{_MORE}))*$"
)
_ANSWER = re.compile(r"^(?:response|response_(?:body|text|data|payload)|answer|body|message|details?)$")
_STATUS = frozenset({"status", "status_code", "http_status", "response_status", "response_code"})
_ASKED = frozenset(
    {
        "route",
        "path",
        "url",
        "uri",
        "method",
        "http_method",
        "endpoint",
        "request_path",
        "request_uri",
        "request",
    }
)


@dataclass(frozen=True)
class ErrorColumn:
    """A column with the texts of errors; `answered` says that they are what somebody outside was answered.

    In a column with every answer, `status` is the column that tells which of them are errors.
    """

    name: str
    answered: bool
    status: str | None = None
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.name,)}


@many
def error_column(policy: Policy, relation: Examined) -> tuple[ErrorColumn, ...] | Missing:
    """The text columns of the table that are called like errors; in a log of requests those with the answer,
    too.
    """
    table = relation.table
    assert table is not None  # a relation without a table says why it is missing
    told = {words(c) for c in table.columns}
    stated = policy.access_log is not None and policy.access_log.table == relation.name
    answered = stated or bool(told & _STATUS and told & _ASKED)
    texts = [c for c in table.columns if table[c].type().is_string() or table[c].type().is_json()]
    found = [c for c in texts if _ERROR.search(words(c)) or (answered and _ANSWER.match(words(c)))]
    log = policy.access_log if stated else None
    status = (log.status if log is not None else None) or next(
        (c for c in table.columns if words(c) in _STATUS), None
    )
    nothing = Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column with the texts of errors")
    return (
        tuple(ErrorColumn(c, answered, None if _ERROR.search(words(c)) else status) for c in found) or nothing
    )
