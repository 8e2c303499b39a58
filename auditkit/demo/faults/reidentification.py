"""People who stand out in tables that were meant to hide them, and pseudonyms that hide nobody."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import AS_OF, Helpdesk, days_before, having
from auditkit.demo.schema import Row
from auditkit.demo.tables import AGE_BANDS, GENDERS, REGIONS

K = 5
"""The smallest crowd the policy allows."""
K_OF_A_TENANT = 3
PLACES = ("reception", "workshop", "showroom", "library", "canteen", "terrace")
WHO_KNOWS = 25
"""How many participants of the study are on the list of who is who, and how many of these were hashed and not
drawn.
"""
HASHED = 12


def plant_rare_respondents(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Crowds of one to four, taken from crowds that stay large enough, and two respondents from abroad."""
    crowds = [("75+", gender, region) for gender in ("female", "male") for region in REGIONS] + [
        ("30-44", "nonbinary", region) for region in REGIONS
    ]
    for n, (age, gender, region) in enumerate(crowds):
        for respondent in desk.take("surveys", n % (K - 1) + 1, rng):
            respondent["age_band"], respondent["gender"], respondent["region"] = age, gender, region
    for gender in GENDERS:
        for respondent in desk.take("surveys", 1, rng):
            respondent["age_band"], respondent["gender"], respondent["region"] = "45-59", gender, "abroad"
    sizes = Counter((s["age_band"], s["gender"], s["region"]) for s in desk.tables["surveys"])
    rare, alone = (sum(n for n in sizes.values() if n < few) for few in (K, 2))
    why = f"stand in crowds of fewer than {K} by age, gender and region"
    few = {"k": K, "smallest_class": 1}
    return (
        Expected("reidentification-low-k", "surveys", (), rare, why, few),
        Expected(
            "reidentification-unique-combination",
            "surveys",
            (),
            alone,
            "nobody else is of that age, gender and region",
        ),
        Expected(
            "reidentification-risk",
            "surveys",
            (),
            None,
            "whoever knows that somebody answered finds the answers of some",
        ),
        Expected(
            "reidentification-rare-value",
            "surveys",
            ("region",),
            len(GENDERS),
            "two came from abroad",
            {"rare": 1},
        ),
        Expected(
            "reidentification-declared-anonymous",
            "surveys",
            (),
            rare,
            "the policy calls it anonymous",
            {"small_classes": rare},
        ),
    )


def plant_a_census(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """What the office of statistics counts: in one region four people are of a kind of whom some answered."""
    kinds = sorted({(s["age_band"], s["gender"], s["region"]) for s in desk.tables["surveys"]})
    hidden = ("30-44", "nonbinary", "centre")
    desk.tables["census"] = [
        {
            "id": n,
            "age_band": a,
            "gender": g,
            "region": r,
            "people": K - 1 if (a, g, r) == hidden else rng.randint(300, 9000),
        }
        for n, (a, g, r) in enumerate(kinds, 1)
    ]
    found = sum((s["age_band"], s["gender"], s["region"]) == hidden for s in desk.tables["surveys"])
    return (
        Expected(
            "reidentification-k-map",
            "surveys",
            (),
            found,
            "four people of that kind live in the region",
            {"smallest_class": K - 1},
        ),
        Expected(
            "reidentification-risk", "surveys", (), None, "somebody can be found among all who live there"
        ),
    )


def plant_published_results(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Answers by region and age, as published: two counts are small, and one that was left out is the total
    less the others.
    """
    small, rows = {("north", "60-74"): 3, ("east", "18-29"): 2}, []
    for region in REGIONS:
        counts = {age: small.get((region, age), rng.randint(20, 60)) for age in AGE_BANDS}
        cells: dict[str, int | None] = {**counts, "all": sum(counts.values())}
        if region == "centre":
            cells["30-44"] = None
        rows += [{"region": region, "age_band": age, "respondents": n} for age, n in cells.items()]
    desk.tables["survey_results"] = [{"id": n, **row} for n, row in enumerate(rows, 1)]
    why = "published counts of two or three, and one that can be calculated"
    return (
        Expected("reidentification-small-cell", "survey_results", (), 3, why, {"small": 2, "recoverable": 1}),
    )


def plant_lone_auditors(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Six tenants have one member with a role of its own; each tenant sees a statistic of its members by
    role.
    """
    for tenant in rng.sample([t for t in desk.tables["tenants"][1:] if t["closed_at"] is None], 6):
        for membership in desk.take("memberships", 1, rng, _customer_of(tenant["id"])):
            membership["role"] = "auditor"
    why = "six auditors of six tenants hide among each other, and in no tenant"
    return (
        Expected(
            "reidentification-tenant-k", "memberships", (), 6, why, {"tenants": 6, "hidden_in_the_crowd": 6}
        ),
    )


def _customer_of(tenant_id: int) -> Callable[[Row], bool]:
    """Return the test for memberships of a tenant's customers."""
    return lambda membership: bool(membership["tenant_id"] == tenant_id and membership["role"] == "customer")


def plant_a_study(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A study of who is where at a fair: some paths are nobody else's, some pseudonyms are digests, and the
    list lies beside it.
    """
    people = [f"{rng.getrandbits(256):064x}" for _ in range(40)]
    lately, without = (
        AS_OF - timedelta(days=400),
        {w["user_id"] for w in desk.tables["withdrawals"]} | desk.taken["users"],
    )
    here = [
        u
        for u in desk.rows("users", having("role", "customer"))
        if u["email"] and u["deleted_at"] is None and u["id"] not in without
    ]
    users = rng.sample([u for u in here if u["last_seen_at"] > lately], WHO_KNOWS)
    for n, user in enumerate(users[:HASHED]):
        people[n] = hashlib.sha256(user["email"].encode()).hexdigest()
    visits = []
    for n, pseudonym in enumerate(people):
        stops, day = [PLACES[(n % 4 + stop) % 6] for stop in range(5)], AS_OF - timedelta(days=80 - n % 4)
        if n >= 32:  # the way of eight is their own
            stops, day = (
                [PLACES[n % 6]] * (2 + (n - 32) // 3) + stops[: 3 - (n - 32) // 3],
                day + timedelta(days=n - 20),
            )
        for hour, place in enumerate(stops, 9):
            visits.append(
                {
                    "pseudonym": pseudonym,
                    "place": place,
                    "seen_at": day + timedelta(hours=hour, minutes=rng.randrange(60)),
                }
            )
    desk.tables["study_visits"] = [
        {"id": n, **visit} for n, visit in enumerate(rng.sample(visits, len(visits)), 1)
    ]
    listed = zip(people, users, strict=False)
    desk.tables["study_participants"] = [
        {"id": n, "pseudonym": pseudonym, "user_id": user["id"], "added_at": days_before(rng, 60, 80)}
        for n, (pseudonym, user) in enumerate(listed, 1)
    ]
    traced, column = 5 * WHO_KNOWS, ("pseudonym",)
    weak = {"digests": 40, "reversed": HASHED}
    return (
        Expected(
            "reidentification-low-person-k",
            "study_visits",
            (),
            40,
            "eight people whose places nobody shares",
            {"persons": 40},
        ),
        Expected(
            "reidentification-trajectory",
            "study_visits",
            (),
            None,
            "four points single eight people out",
            {"unique_4": 8},
        ),
        Expected(
            "reidentification-weak-hash",
            "study_visits",
            column,
            5 * HASHED,
            "twelve are SHA-256 of an address",
            weak,
        ),
        Expected(
            "reidentification-weak-hash",
            "study_participants",
            column,
            HASHED,
            "the same twelve",
            {**weak, "digests": WHO_KNOWS},
        ),
        Expected(
            "reidentification-reversible-pseudonym",
            "study_visits",
            column,
            traced,
            "the list of who is who lies beside it",
        ),
        Expected(
            "reidentification-linkable-pseudonym",
            "study_participants",
            column,
            WHO_KNOWS,
            "the study's pseudonyms, for vouchers",
        ),
        Expected(
            "reidentification-declared-anonymous",
            "study_visits",
            (),
            traced,
            "the policy calls it pseudonymised",
        ),
    )


def plant_numbered_testers(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """People who tried the new portal, numbered as they came."""
    came = sorted(days_before(rng, 20, 200) for _ in range(40))
    desk.tables["usability_tests"] = [
        {"id": n, "pseudonym": f"T-{n}", "score": rng.randint(1, 5), "created_at": at}
        for n, at in enumerate(came, 1)
    ]
    return (
        Expected(
            "reidentification-sequential-pseudonym",
            "usability_tests",
            ("pseudonym",),
            None,
            "numbers in the order of coming",
        ),
    )
