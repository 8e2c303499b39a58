"""Personal data is exacter than its purpose needs.

Five decimals of a coordinate name a front door, a full IP address a household, a full date of birth one
person in a village; where the town, the network or the year is enough, the rest only singles people out (GDPR
Art. 5(1)(c), 25). How exactly a column is needed is declared as `precision`: `exact`, `year`, `month`, `day`,
`hour`, `network`, `3 decimals`, `4 characters` (of a postal code), `steps of 1000`. Where nobody says so,
three decimals (110 m) are enough for where people are, and the network for IP addresses; the confidence is
then medium. `risk` is the share of rows that their values alone single out (groups of like rows by rows),
`risk_coarse` what is left of it when the values are as coarse as is enough, `gain` how many times more people
then share each value.

Remedy: round when writing, and once what is there: `UPDATE t SET lat = round(lat, 3)`, `set_masklen(ip, 24)`,
    the first of January of the
year of birth; or declare the `precision` that the purpose needs.

>>> import auditkit, pandas as pd
>>> homes = pd.DataFrame({"user_id": range(600), "birth_date": [f"19{60 + n % 40}-0{1 + n % 9}-1{n % 7}" for n in range(600)]})
>>> column = "{category: user.demographic.date_of_birth, precision: year}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{data: {{columns: {{birth_date: {column}}}}}}}}}")
>>> audit = auditkit.audit(homes, policy, checks=["minimisation-excess-precision"])
>>> [(f.columns, f.rows, f.detail["need"], f.detail["risk"], f.detail["risk_coarse"]) for f in audit.findings]
[(('birth_date',), 600, 'year', 1, 0.066667)]
"""

from __future__ import annotations

from auditkit.check import Offending, check
from auditkit.facts.exactness import Exactness
from auditkit.facts.precise_column import ADDRESS, PreciseColumn
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 25"))
def excess_precision(exactness: Exactness, precise_column: PreciseColumn) -> Offending:
    """Return the cells that are exacter than is needed of their column; it weighs more where most of them
    tell one door from the next.
    """
    filled = max(exactness.filled, 1)
    severity = (
        Severity.HIGH
        if 2 * exactness.doors >= filled
        else Severity.LOW
        if precise_column.entity == ADDRESS
        else Severity.MEDIUM
    )
    gain = exactness.groups / max(exactness.groups_coarse, 1)
    detail = {
        "need": str(precise_column.need),
        "risk": exactness.groups / filled,
        "risk_coarse": exactness.groups_coarse / filled,
    }
    return Offending(
        exactness.finer,
        detail={**detail, "gain": gain},
        severity=severity,
        confidence=precise_column.confidence,
    )
