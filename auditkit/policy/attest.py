"""Signing in a policy file: a statement, a measure, the decision; every other byte of the file stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from auditkit.errors import UsageError
from auditkit.policy import load
from auditkit.policy.assessment import field_of, unknown_field
from auditkit.policy.edit import with_keys
from auditkit.policy.policy import Policy
from auditkit.policy.scalar import Value
from auditkit.policy.signing import Flaw, Signable, digest
from auditkit.policy.statements import Attestation, Decision, Measure
from auditkit.vocabulary import did_you_mean

DECISION, MEASURES, REVIEWED, TABLES = "decision", "measures.", "reviewed", "tables."
_OPTION = {
    Flaw.NO_TEXT: "write its `text` in the policy, or give --text or --text-file",
    Flaw.NO_ANSWER: "give --answer yes or --answer no",
    Flaw.NO_LEVEL: "give --level",
    Flaw.NO_RUN: "give --run with the folder of the run",
}
"""How to give what a block still lacks."""


@dataclass(frozen=True)
class Signer:
    """Who signs, on which day, and until when the signature is valid."""

    by: str
    role: str
    at: date
    until: date


@dataclass(frozen=True)
class Prepared:
    """A block as a person is about to sign it.

    Attributes:
        field: the field of the statement, `measures.` with an id, `decision`, `reviewed`, or `tables.` with a
            name.
        path: the keys that lead to the block in the file.
        words: the words that are signed, or what was reviewed.
        changes: the keys to write, with their values.
        block: the block with the name, the days and the digest; None for a review of a draft.
    """

    field: str
    path: tuple[str | int, ...]
    words: str
    changes: Mapping[str, Value]
    block: Signable | None = None

    def written(self, text: str, file: str, signature: str | None = None) -> str:
        """Return the text of the file with the signed block; nothing else changes.

        Args:
            text: the text of the file.
            file: its name in errors.
            signature: the SSH signature; without one, a former signature is removed.
        """
        had = self.block is not None and self.block.signature is not None
        more: dict[str, Value] = {"signature": signature} if signature or had else {}
        made = with_keys(text, self.path, {**self.changes, **more}, file)
        Policy.parse(made, file)
        return made


def prepared(text: str, file: str, field: str, signer: Signer, content: Mapping[str, Value]) -> Prepared:
    """Return the block of a policy as a person is about to sign it.

    Args:
        text: the text of the policy file.
        file: its name in errors.
        field: the field of a statement, `measures.` with the id of a measure, `decision`; or, to say that a
            draft was reviewed, `reviewed` or `tables.` with the name of a table.
        signer: who signs.
        content: what the block shall hold instead of what is in the file, such as `text`.

    Raises:
        PolicyError: the policy has mistakes.
        UsageError: the field is unknown, or something is missing.
    """
    policy = Policy.parse(text, file)
    if field == REVIEWED or field.startswith(TABLES):
        return _review(policy, field, signer)
    path, block = _block(policy, field)
    who: dict[str, Value] = {"by": signer.by, "role": signer.role, "at": signer.at, "until": signer.until}
    stated = {key: value for key, value in content.items() if value is not None}
    held = block.model_dump(exclude_unset=True) if block is not None else {}
    new = {"field": field} if block is None and path[0] == "attestations" else {}
    try:
        signed = _KINDS[str(path[0])].model_validate({**held, **new, **stated, **who})
    except ValidationError as error:
        raise UsageError(f"`{field}` cannot be signed: {_first(error)}") from None
    if signed.words is None:
        raise UsageError(f"`{field}` says nothing yet: {_nothing(str(path[0]))}")
    if lacking := [f"{flaw.words}: {_OPTION.get(flaw, 'write it')}" for flaw in signed.lacking]:
        raise UsageError(f"`{field}` cannot be signed: {'; '.join(lacking)}")
    keys = {_as_written(text, file, path, key): value for key, value in stated.items()}
    digested = signed.model_copy(update={"text_sha256": digest(signed.words)})
    changes = {**new, **keys, **who, "text_sha256": digested.text_sha256}
    return Prepared(field, path, signed.words, changes, digested)


_KINDS: Mapping[str, type[Signable]] = {
    "attestations": Attestation, "measures": Measure, "decision": Decision,
}  # fmt: skip


def _review(policy: Policy, field: str, signer: Signer) -> Prepared:
    """Return that a person has reviewed the draft of one table, or of all."""
    names = [field.removeprefix(TABLES)] if field.startswith(TABLES) else list(policy.tables)
    for name in names:
        if name not in policy.tables:
            raise UsageError(f"the policy has no table {name!r}.{did_you_mean(name, policy.tables)}")
    path = ("tables", names[0], REVIEWED) if field.startswith(TABLES) else (REVIEWED,)
    lines = [f"{name}: {', '.join(_declared(policy, name)) or 'no columns'}" for name in names]
    changes: dict[str, Value] = {"by": signer.by, "role": signer.role, "at": signer.at}
    return Prepared(field, path, "\n".join(["What the policy says about these tables:", *lines]), changes)


def _declared(policy: Policy, table: str) -> list[str]:
    return [f"{name} ({column.category})" for name, column in policy.tables[table].columns.items()]


def _first(error: ValidationError) -> str:
    """Return what is wrong with what the arguments state."""
    found = error.errors(include_url=False)[0]
    key = ".".join(map(str, found["loc"]))
    known = {"extra_forbidden": f"it has no `{key}`", "string_too_short": f"`{key}` is empty"}
    return known.get(found["type"], str(found["msg"]).removeprefix("Value error, "))


def _nothing(block: str) -> str:
    if block == DECISION:
        return "give --outcome, or write the `outcome` in the policy"
    return "write its `text` in the policy, or give --text or --text-file"


def _block(policy: Policy, field: str) -> tuple[tuple[str | int, ...], Signable | None]:
    """Return the keys that lead to a block, and the block; None where the file does not have it yet."""
    if field == DECISION:
        return (DECISION,), policy.decision
    if field.startswith(MEASURES):
        ids = [measure.id for measure in policy.measures]
        wanted = field.removeprefix(MEASURES)
        if wanted not in ids:
            known = ", ".join(filter(None, ids)) or "none with an id"
            raise UsageError(f"the policy has no measure {wanted!r}; there are {known}")
        return ("measures", ids.index(wanted)), policy.measures[ids.index(wanted)]
    if field_of(field) is None:
        raise UsageError(f"{field!r}: {unknown_field(field)}")
    fields = [statement.field for statement in policy.attestations]
    place = fields.index(field) if field in fields else len(fields)
    return ("attestations", place), policy.attestations[place] if field in fields else None


def _as_written(text: str, file: str, path: tuple[str | int, ...], key: str) -> str:
    """Return the name under which the file has a key: `value` is the older name of `text`."""
    tree: Any = load.read(text, file).tree
    for step in path:
        inside = step in tree if isinstance(tree, dict) else isinstance(step, int) and step < len(tree)
        tree = tree[step] if inside else {}
    older = isinstance(tree, dict) and "value" in tree and "text" not in tree
    return "value" if key == "text" and older else key
