"""What to do next about a group of outcomes: the line for the policy, the right to grant, the repair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from auditkit.catalogue import catalogue
from auditkit.outcome import Cause
from auditkit.policy import Policy
from auditkit.record.groups import Group

Path = tuple[str, ...]

_TABLE = "<table>"
_SHOWN = 5
_WORDS: Mapping[str, Path] = {
    "quasi-identifiers": ("tables", _TABLE, "quasi_identifiers"),
    "sensitive attributes": ("tables", _TABLE, "sensitive"),
    "who the data subjects": ("tables", _TABLE, "subject"),
    "may be inactive": ("tables", _TABLE, "subject", "inactive"),
    "is anonymous or pseudonymised": ("tables", _TABLE, "anonymous"),
    "says nothing about": ("tables", _TABLE),
    "no start or no maximum period": ("tables", _TABLE, "retention"),
    "retention rule": ("tables", _TABLE, "retention"),
    "retention from": ("tables", _TABLE, "retention"),
    "access log": ("access_log",),
    "what a tenant is": ("tenancy",),
}
"""Where a key of the policy lies that a reason describes and does not name."""

_NEAR: Mapping[str, Path] = {
    "retention": ("tables", _TABLE, "retention"),
    "reidentification": ("tables", _TABLE, "disclosure"),
    "minimisation": ("tables", _TABLE, "columns"),
}
"""In which block the keys lie that the checks of a scanner ask for."""

_GENERAL: Mapping[Cause, str] = {
    Cause.ERROR: "report this fault, with the reason and `run.failures` of audit.json: neither holds a value",
    Cause.UNSEEN: "read the reason, repair it, and run again",
    Cause.BUDGET: "give more time (`--budget`), or read fewer rows (`--sample`)",
    Cause.NOT_INSTALLED: "install what the reason names",
    Cause.UNDECLARED: "do what the reason says, or declare it in the policy",
}


def next_step(group: Group) -> str:
    """Return what a person does next about a group; empty where there is nothing to do.

    >>> from auditkit.outcome import NotAssessed
    >>> reason = "no retention rule of teams says which rows are anonymised (`anonymised`)"
    >>> where = {"check": "retention-incomplete-anonymisation", "table": "teams"}
    >>> next_step(Group((NotAssessed(cause=Cause.UNDECLARED, reason=reason, **where),)))
    'declare in the policy: `tables: {teams: {retention: {anonymised: ...}}}`'
    """
    match group.cause:
        case None:
            check = catalogue().get(group.check or "")
            return check.remedy if group.findings and check is not None else ""
        case Cause.UNDECLARED if "no policy says" in group.reasons[0]:
            return "write a policy: `auditkit init SOURCE > privacy.yaml` drafts it, and `-p` gives it"
        case Cause.UNDECLARED if path := policy_key(group):
            return f"declare in the policy: `{_line(path, group.tables)}`"
        case Cause.UNSEEN if group.is_absent:
            return "correct the names under `tables` in the policy, or remove these entries"
        case Cause.NO_RIGHT:
            return _grant(group)
        case cause:
            return _GENERAL.get(cause, "")


def policy_key(group: Group) -> Path:
    """Return where in the policy the missing declaration belongs; empty where the reason does not say it."""
    reason, scanner = group.reasons[0], group.outcomes[0].scanner
    for quoted in re.findall(r"`([a-z_.]+)[`:]", reason):
        wanted = tuple(quoted.split("."))
        places = [path for path in _keys() if path[-len(wanted) :] == wanted]
        if places:
            near = ("tables", _TABLE) if "the table's" in reason else _NEAR.get(scanner, ())
            return min(places, key=lambda path: (path[: len(near)] != near, len(path), path))
    return next((path for words, path in _WORDS.items() if words in reason), ())


def _line(path: Path, tables: tuple[str, ...]) -> str:
    """Return a key of the policy as one line of YAML, for its table where there is only one."""
    table = tables[0] if len(tables) == 1 else _TABLE
    *outer, last = (table if key == _TABLE else key for key in path)
    return "".join(f"{key}: {{" for key in outer) + f"{last}: ..." + "}" * len(outer)


def _grant(group: Group) -> str:
    names = list(group.tables[:_SHOWN])
    more = f" (and {len(group.tables) - _SHOWN:,} more)" if len(group.tables) > _SHOWN else ""
    if not names:
        return "grant the auditing role the right that the reason names"
    return f"`GRANT SELECT ON {', '.join(names)} TO <the auditing role>`{more}"


@cache
def _keys() -> tuple[Path, ...]:
    """Return where every key of a policy lies, from its JSON Schema."""
    schema = Policy.model_json_schema()
    return tuple(_below(schema, schema["$defs"], ()))


def _below(block: Mapping[str, Any], blocks: Mapping[str, Any], path: Path) -> Iterator[Path]:
    for key, value in block.get("properties", {}).items():
        yield (*path, key)
        for named, inner in _inner(value, blocks):
            step = (f"<{key.removesuffix('s')}>",) if named else ()
            yield from _below(inner, blocks, (*path, key, *step))


def _inner(value: Mapping[str, Any], blocks: Mapping[str, Any]) -> Iterator[tuple[bool, Mapping[str, Any]]]:
    """Yield the blocks that a value may hold, and whether each has a name of its own."""
    if "$ref" in value:
        yield False, blocks[value["$ref"].rpartition("/")[2]]
    for form in value.get("anyOf", ()):
        yield from _inner(form, blocks)
    if isinstance(items := value.get("items"), Mapping):
        yield from _inner(items, blocks)
    if isinstance(named := value.get("additionalProperties"), Mapping):
        yield from ((True, inner) for _, inner in _inner(named, blocks))
