"""Access: who may see the data, and whether the audit saw all of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditkit.audit.audit import Audit
from auditkit.scanners import audit


def scan(
    source: Any, policy: Any = None, *, as_of: date | str | None = None, sample: int | None = None
) -> Audit:
    """Run the checks of this scanner alone; the arguments and the errors are those of `auditkit.audit`.

    >>> import pandas as pd
    >>> keys = pd.DataFrame({"owner": ["ana", "ben"], "password": ["correct horse 7", "tr0ub4dor&3"]})
    >>> [(f.check, f.rows) for f in scan({"accounts": keys}).findings]
    [('access-plaintext-credential', 2)]
    """
    return audit(source, policy, scanners=["access"], as_of=as_of, sample=sample)
