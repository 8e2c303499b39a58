"""A few places and times single out whose path it is.

Where somebody was at four moments is known to a neighbour, a colleague or a public timeline, and is enough to
find the one path that holds all four (that of 95 % of 1.5 million people, by hour and antenna: de Montjoye
2013; GDPR recital 26, Art. 4(5), 32). Of up to a thousand people, drawn by chance with a seed, two and four
of their points are drawn and compared with everybody's: the share `share_4` of `tried_4` people are the only
ones who were at all four, between `low_4` and `high_4` in 95 of 100 cases. A finding is where even `low_4` is
above the limit of the policy (`disclosure.trajectory`: `place`, `at`, `hours`, and `limit`, which is 5 %
unless it says so). Fewer than twenty people, or nobody with four points, are not assessed.

Remedy: coarser places and times (set `hours` and the columns of `place` to try how coarse), shorter paths
    with a new pseudonym each day, or
counts instead of paths.

>>> import auditkit, pandas as pd
>>> stops = [(person, hour, (person * 7 + hour * person) % 23) for person in range(40) for hour in range(8)]
>>> visits = pd.DataFrame([(p, f"cell {c}", f"2026-05-04 {h:02d}:10:00") for p, h, c in stops], columns=["person", "cell", "at"])
>>> told = "{subject: {key: person}, disclosure: {trajectory: {place: [cell], at: at}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{visits: {told}}}}}")
>>> audit = auditkit.audit({"visits": visits}, policy, checks=["reidentification-trajectory"])
>>> [(f.table, f.detail["persons"], f.detail["tried_4"], f.detail["share_4"]) for f in audit.findings]
[('visits', 40, 40, 0.15)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 4(5)", "GDPR 32(1)(a)"))
def trajectory(trajectories: ir.Table) -> ir.Table:
    """Return how many people a few points of place and time single out, where that is more than was
    accepted.
    """
    return trajectories.filter(trajectories.beyond).drop("beyond")
