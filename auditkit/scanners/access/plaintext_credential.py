"""A column of credentials keeps them as they are, or as hashes that give way to trying.

Whoever reads the table, a backup or an export of it can log in as everybody in it: at once where passwords
and keys are kept as they are, within hours where passwords are MD5 or SHA hashes without a salt, for then one
table of guesses serves for all (CWE-256, CWE-759, CWE-916; GDPR Art. 5(1)(f), 32(1)(a)). Columns are told by
the policy or by their names. `pii-secret` says which data anybody can read, wherever it stands; this is about
how credentials are kept, and counts the complement of a salted hash. Digests of random keys and tokens are as
they should be; what is masked, encrypted, or no password at all (`!`, `ldap`) is no finding.

Remedy: hash passwords with Argon2id, scrypt or bcrypt, each with a salt of its own: wrap the old hashes at
    once (`argon2id(md5)`) and
replace them at the next login. Keep keys that are only compared as SHA-256, and keys that must be sent on in
a store of secrets. Where they could be read, let people choose new ones and issue the keys anew; then
overwrite the rows that the finding's SQL selects, and the backups.

>>> import auditkit, hashlib, pandas as pd
>>> bcrypt = "$2b$12$" + "N9qo8uLOickgx2ZMRZoMye" * 2
>>> words = ["hunter2", hashlib.md5(b"letmein").hexdigest(), hashlib.sha1(b"qwerty12").hexdigest(), bcrypt]
>>> audit = auditkit.audit({"users": pd.DataFrame({"password": words})}, checks=["access-plaintext-credential"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail) for f in audit.findings]
[('users', ('password',), 3, 4, {'readable': 1, 'unsalted_md5': 1, 'unsalted_sha1': 1, 'unsalted_sha2': 0, 'alike': 0})]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.storage import FILLED, MD5, READABLE, SHA1, SHA2
from auditkit.facts.stored_credential import StoredCredential
from auditkit.outcome import Confidence, Severity


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32(1)(a)"))
def plaintext_credential(storage: ir.Table, stored_credential: StoredCredential) -> Offending:
    """Return whether a row keeps a credential that can be read, or a password as a hash without salt."""
    weak = storage[MD5] | storage[SHA1] | storage[SHA2]
    kinds = {"readable": READABLE, "unsalted_md5": MD5, "unsalted_sha1": SHA1, "unsalted_sha2": SHA2}
    detail = {name: storage[column].sum() for name, column in kinds.items()}
    alike = weak.sum() - storage[stored_credential.name].nunique(
        where=weak
    )  # two people, one hash: the proof that nothing salts it
    return Offending(
        storage[READABLE] | weak,
        detail={**detail, "alike": alike},
        severity=ibis.cases((storage[READABLE].sum() > 0, 3), else_=2),
        confidence=Confidence.HIGH if stored_credential.sure else Confidence.MEDIUM,
        of=storage[FILLED].sum(),
    )
