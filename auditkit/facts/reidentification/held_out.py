from __future__ import annotations

from auditkit.check import fact
from auditkit.policy import TablePolicy


@fact
def held_out(declared: TablePolicy) -> bool:
    """Whether the table is held out to be anonymous, or published: whoever gets it will look for people in
    it.
    """
    return declared.anonymous or (declared.disclosure is not None and declared.disclosure.published)
