"""People who stand out in a table that was meant to be anonymous."""

from __future__ import annotations

import random

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk
from auditkit.demo.tables import REGIONS

K = 5
"""The smallest crowd the policy allows."""


def plant_rare_respondents(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Crowds of one to four, taken from crowds that stay large enough."""
    crowds = [("75+", gender, region) for gender in ("female", "male") for region in REGIONS] + [
        ("30-44", "nonbinary", region) for region in REGIONS
    ]
    rare = 0
    for n, (age, gender, region) in enumerate(crowds):
        people = desk.take("surveys", n % (K - 1) + 1, rng)
        for respondent in people:
            respondent["age_band"], respondent["gender"], respondent["region"] = age, gender, region
        rare += len(people)
    why = f"stand in crowds of fewer than {K} by age, gender and region"
    return (Expected("reidentification-low-k", "surveys", (), rare, why, {"k": K, "smallest_class": 1}),)
