"""One pseudonym of a person is used for several purposes, or by several tenants.

Whoever has both tables puts them together without knowing anybody: what a person answered, bought and visited
becomes one profile, and the more it holds the surer it is found out whose it is (GDPR Art. 4(5), 5(1)(b), 25;
WP216 calls it linkability). `shared` different pseudonyms stand in the column `through` of `target` as well,
`between` purposes, sources or tenants that the policy keeps apart. Pseudonyms are what is called one, and
keys of people in tables that are held out to be pseudonymised or anonymous; each pair of tables is told once.

Remedy: make pseudonyms for one purpose and one recipient each, as HMAC-SHA256 under a key of its own, and
    replace those that are out.

>>> import auditkit, pandas as pd
>>> codes = [f"P-{n * 7919 % 10007:05d}" for n in range(20)]
>>> told = "disclosure: {pseudonymised: true}"
>>> policy = auditkit.Policy.parse(f'''{{version: 1, name: Demo, purposes: {{research: {{}}, billing: {{}}}},
...     tables: {{answers: {{purposes: [research], {told}}}, bills: {{purposes: [billing], {told}}}}}}}''')
>>> source = {"answers": pd.DataFrame({"pseudonym": codes}), "bills": pd.DataFrame({"pseudonym": codes[:15]})}
>>> audit = auditkit.audit(source, policy, checks=["reidentification-linkable-pseudonym"])
>>> [(f.table, f.target, f.rows, f.detail["between"]) for f in audit.findings]
[('answers', 'bills', 15, 'purposes')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 4(5)", "GDPR 5(1)(b)", "GDPR 25"))
def linkable_pseudonym(pseudonym_links: ir.Table) -> ir.Table:
    """Return where the pseudonyms of a column occur for another purpose, in another source, or for another
    tenant.
    """
    return pseudonym_links
