"""Somebody who looks for people in the table is right more often than was accepted.

Three attackers are told apart (El Emam 2013), each an outcome of its own. The prosecutor knows that a person
is in the table: the risk is 1 over the smallest equivalence class. The journalist does not know it, and wants
to show that anybody can be found: 1 over the smallest class in the population, from the policy's table of it
(`population`), else estimated from the sampling fraction (`disclosure.sampling_fraction`: the expected 1/F of
a negative binomial, Benedetti and Franconi 1998); without either it is not assessed. The marketer tries
everybody, and finds the share that classes are of rows.

The accepted risks are `disclosure.risk`. Where they are not stated, it is 0.09 of what is published (European
Medicines Agency, guidance on Policy 0070) and 1 over k, so 0.2, of the rest; a finding is then of low
severity, unless the table is held out to be anonymous or published (GDPR recital 26, Art. 32(1)(a),
35(7)(c)).

Remedy: generalise the quasi-identifiers, suppress the smallest classes, or give the table to fewer and let
    them sign not to look. Accept a
higher risk only in the policy, with who decided it.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"city": ["Bern"] * 8 + ["Basel"] * 2})
>>> told = "{quasi_identifiers: [city], disclosure: {risk: {prosecutor: 0.2, marketer: 0.25}, sampling_fraction: 0.1}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {told}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-risk"])
>>> [(f.target, f.severity.value, f.detail["value"], f.detail["limit"]) for f in audit.findings]
[('prosecutor', 'high', 0.5, 0.2)]
>>> [(o.target, o.of) for o in audit.passed]
[('journalist', 10), ('marketer', 10)]
"""

from __future__ import annotations

from auditkit.check import Measure, Offending, check
from auditkit.facts.attacker import Attacker
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 32(1)(a)", "GDPR 35(7)(c)"))
def risk(attacker: Attacker, quasi_identifiers: tuple[str, ...], held_out: bool) -> Offending:
    """Return how likely the best try of an attacker is right, where that is more than was accepted."""
    assert attacker.risk is not None  # an attacker of whom nothing is known says why
    detail = {
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "model": attacker.model,
        "stated": attacker.stated,
    }
    severity = Severity.HIGH if attacker.stated or held_out else Severity.LOW
    beyond = (
        attacker.risk > attacker.limit + 1e-9
    )  # what is exactly the limit is within it, however an engine divides
    return Offending(Measure(attacker.risk, attacker.limit, beyond), detail, severity=severity)
