"""Everybody who can connect has a right to the data.

What is granted to PUBLIC every role has, the next one too, and nobody sees it in the list of a role's rights
(GDPR Art. 25(2), 32(1)(b)). So it is with default privileges, which give away tables that are not there yet,
and with a schema in which everybody may create what is then found before what was meant. On MySQL and MariaDB
everybody is also the account without a name. Rights to write are high, to read data of people or tenants
medium; tables with neither, and rights behind a schema that nobody else may use (`latent`), are low.

Remedy: `REVOKE SELECT ON t FROM PUBLIC`, `ALTER DEFAULT PRIVILEGES FOR ROLE owner REVOKE SELECT ON TABLES
    FROM PUBLIC`, `REVOKE CREATE ON
SCHEMA public FROM PUBLIC`; the statements are in `detail.ddl`. Then grant to the roles that need it.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-public-grant"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 25(2)", "GDPR 32(1)(b)"))
def public_grant(public_rights: ir.Table) -> ir.Table:
    """Return the relations, schemas and default privileges that are open to everybody."""
    return public_rights
