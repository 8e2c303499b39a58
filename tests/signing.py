"""Signed blocks for tests, as YAML: what `auditkit attest` writes."""

import json

from auditkit.policy.signing import digest
from auditkit.policy.statements import Attestation, Decision

RUN = {"id": "2026-11-22T09-30-00Z-abcd", "manifest_sha256": "ab" * 32}
WHO = {"by": "J. Doe", "role": "owner", "at": "2026-11-19", "until": "2027-11-19"}


def statement(field: str, text: str = "It is.", **more) -> str:
    """Return a signed statement as one line of YAML; `more` replaces who, when and until."""
    plain = {"field": field, "text": text, **WHO, **more}
    words = Attestation.model_validate(plain).words or ""
    return json.dumps({"text_sha256": digest(words), **plain}, ensure_ascii=False)


def decision(outcome: str = "approved", **more) -> str:
    """Return a signed decision as one line of YAML."""
    plain = {"outcome": outcome, "run": RUN, **WHO, "at": "2026-11-22", **more}
    words = Decision.model_validate(plain).words or ""
    return json.dumps({"text_sha256": digest(words), **plain}, ensure_ascii=False)
