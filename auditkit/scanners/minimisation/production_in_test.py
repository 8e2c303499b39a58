"""A test system holds people of production.

Who tests sees more than who works, on machines that are guarded less; nobody agreed to that (GDPR Art.
5(1)(b), (c) and (f), 32). Give both as sources of one audit, `prod=... test=...`: e-mail addresses,
telephone, identity, card and account numbers of the test source are compared with those of production, as
HMAC digests under a key that is made for the run, and engines are never joined. Found is a column in which
more than 0.1 % of the different identifiers, and five at least, are those of production. Which source is a
test is declared as `environments: {production: [...], test: [...]}`, or told by its name, with medium
confidence.

Remedy: delete the copy; fill test systems with made-up data, or mask identifiers when a copy is drawn,
    irreversibly and before it leaves
production.

>>> import auditkit, pandas as pd
>>> people = lambda first: pd.DataFrame({"email": [f"p{n}@example.org" for n in range(first, first + 200)]})
>>> audit = auditkit.audit({"prod.users": people(0), "staging.users": people(150)}, checks=["minimisation-production-in-test"])
>>> [(f.table, f.columns, f.target, f.rows, f.of, f.detail["share"]) for f in audit.findings]
[('staging.users', ('email',), 'prod', 50, 200, 0.25)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity

SHARE, IDENTIFIERS = 0.001, 5


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(b)", "GDPR 5(1)(f)", "GDPR 32"))
def production_in_test(real_people: ir.Table) -> ir.Table:
    """Return the production sources whose people stand in a column for tests: more than one identifier of a
    thousand.
    """
    return real_people.filter((real_people.share > SHARE) & (real_people.identifiers >= IDENTIFIERS))
