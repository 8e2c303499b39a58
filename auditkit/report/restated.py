"""What people stated otherwise since an earlier run: each statement, measure, action and the decision.

Both runs keep what was declared, so that an edited text shows, also one that kept its day and its name. Of an
earlier run that keeps nothing, only days can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from auditkit.policy import Policy
from auditkit.policy.signing import Expired, Signable, Signed, standing
from auditkit.report.say import say


@dataclass(frozen=True)
class Change:
    """A statement that is not as it was.

    Attributes:
        what: how it changed: the key of its words under `restated`.
        subject: the field of the statement, or what block it is.
        block: the statement as it is now, or as it was where it is gone.
    """

    what: str
    subject: str
    block: Signable


def changes(before: Policy, now: Policy, then: date, today: date) -> Iterator[Change]:
    """Yield what changed from one policy to another, between the days of two runs.

    Args:
        before: what was declared in the earlier run; empty where it is not known.
        now: what is declared now.
        then: the day of the earlier run.
        today: the day of this run.
    """
    old, new = _signed(before), _signed(now)
    for subject, block in new.items():
        what = _how(old.get(subject), block, then, today, known=bool(before.name))
        if what:
            yield Change(what, subject, block)
    if before.name:
        yield from (Change("withdrawn", subject, old[subject]) for subject in old if subject not in new)


def _signed(policy: Policy) -> Mapping[str, Signable]:
    """Return everything of a policy that a person signs, by its subject."""
    found: dict[str, Signable] = {a.field: a for a in policy.attestations if a.words}
    found |= {say("restated.measure", name=m.id or m.title): m for m in policy.measures if m.words}
    if policy.decision is not None and policy.decision.words:
        found["decision"] = policy.decision
    return found


def _how(old: Signable | None, new: Signable, then: date, today: date, *, known: bool) -> str:
    """Return how a statement changed; empty where it did not."""
    if new.by is None and (old is None or old.by is None):
        changed = old is not None and old.words != new.words
        return "changed" if changed else "added" if known and old is None else ""
    is_valid, was_valid = standing(new, today), standing(new, then)
    if isinstance(is_valid, Expired) and not isinstance(was_valid, Expired):
        return "expired"
    if old is not None and old.words != new.words:
        return "edited_signed" if isinstance(is_valid, Signed) else "edited"
    was_signed = old is not None and isinstance(standing(old, then), Signed)
    if was_signed and not isinstance(is_valid, Signed | Expired):
        return "unsigned"
    stated_anew = new.at is not None and then < new.at <= today and isinstance(is_valid, Signed)
    if stated_anew or (known and old is None):
        return "anew" if isinstance(is_valid, Signed) else "written"
    return ""
