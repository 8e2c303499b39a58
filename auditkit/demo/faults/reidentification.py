"""People who can be recognised in tables that were meant to hide them, and pseudonyms that hide nobody."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import AS_OF, Helpdesk, days_before, having
from auditkit.demo.schema import Row
from auditkit.demo.tables import AGE_BANDS, GENDERS, REGIONS

Group = tuple[str, str, str]
"""Age band, gender and region."""

K = 5
"""The smallest group that the policy allows."""
PLACES = ("reception", "workshop", "showroom", "library", "canteen", "terrace")
PARTICIPANTS = 40
LISTED = 25
"""How many participants of the study are on the list with their real identity."""
HASHED = 12
"""How many of the listed participants have the hash of their address as pseudonym."""


def plant_rare_respondents(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Groups of one to four respondents, taken from large groups, and two respondents from abroad."""
    small = [*product(("75+",), ("female", "male"), REGIONS), *product(("30-44",), ("nonbinary",), REGIONS)]
    for n, group in enumerate(small):
        _move(desk, rng, n % (K - 1) + 1, group)
    for gender in GENDERS:
        _move(desk, rng, 1, ("45-59", gender, "abroad"))
    sizes = Counter(map(_group, desk.tables["surveys"]))
    rare, alone = (sum(size for size in sizes.values() if size < limit) for limit in (K, 2))
    why = f"their group by age, gender and region has fewer than {K} people"
    yield Expected("reidentification-low-k", "surveys", (), rare, why, {"k": K, "smallest_class": 1})
    why = "nobody else has the same age, gender and region"
    yield Expected("reidentification-unique-combination", "surveys", (), alone, why)
    why = "somebody who knows that a person answered can find the answers of some people"
    yield Expected("reidentification-risk", "surveys", (), None, why)
    why, detail = "only two respondents come from abroad", {"rare": 1}
    yield Expected("reidentification-rare-value", "surveys", ("region",), len(GENDERS), why, detail)
    why, detail = "the policy calls the table anonymous", {"small_classes": rare}
    yield Expected("reidentification-declared-anonymous", "surveys", (), rare, why, detail)


def _move(desk: Helpdesk, rng: random.Random, count: int, group: Group) -> None:
    """Move some respondents into a group."""
    for respondent in desk.take("surveys", count, rng):
        respondent["age_band"], respondent["gender"], respondent["region"] = group


def _group(row: Row) -> Group:
    return row["age_band"], row["gender"], row["region"]


def plant_a_census(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """The numbers of people in the population. In one group with respondents there are only four people."""
    groups = sorted(set(map(_group, desk.tables["surveys"])))
    rare = ("30-44", "nonbinary", "centre")
    desk.tables["census"] = [
        {
            "id": n, "age_band": group[0], "gender": group[1], "region": group[2],
            "people": K - 1 if group == rare else rng.randint(300, 9000),
        }
        for n, group in enumerate(groups, 1)
    ]  # fmt: skip
    found = sum(_group(row) == rare for row in desk.tables["surveys"])
    why, detail = "only four people of their group live in the region", {"smallest_class": K - 1}
    yield Expected("reidentification-k-map", "surveys", (), found, why, detail)
    why = "some respondents can be found among all people who live there"
    yield Expected("reidentification-risk", "surveys", (), None, why)


def plant_published_results(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Published counts by region and age.

    Two counts are small. One was left out, but it is the total minus the other counts.
    """
    small, rows = {("north", "60-74"): 3, ("east", "18-29"): 2}, []
    for region in REGIONS:
        counts = {age: small.get((region, age), rng.randint(20, 60)) for age in AGE_BANDS}
        cells: dict[str, int | None] = {**counts, "all": sum(counts.values())}
        if region == "centre":
            cells["30-44"] = None
        rows += [{"region": region, "age_band": age, "respondents": n} for age, n in cells.items()]
    desk.tables["survey_results"] = [{"id": n, **row} for n, row in enumerate(rows, 1)]
    why = "two published counts are two or three, and a third can be calculated"
    detail = {"small": 2, "recoverable": 1}
    yield Expected("reidentification-small-cell", "survey_results", (), 3, why, detail)


def plant_lone_auditors(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Six tenants with one auditor each. Every tenant sees the numbers of its own members by role."""
    active = [tenant for tenant in desk.tables["tenants"][1:] if tenant["closed_at"] is None]
    for tenant in rng.sample(active, 6):
        for membership in desk.take("memberships", 1, rng, _is_customer_of(tenant["id"])):
            membership["role"] = "auditor"
    why = "six auditors hide among each other, but each is the only one of their tenant"
    detail = {"tenants": 6, "hidden_in_the_crowd": 6}
    yield Expected("reidentification-tenant-k", "memberships", (), 6, why, detail)


def _is_customer_of(tenant_id: int) -> Callable[[Row], bool]:
    """Return a test for memberships of the customers of a tenant."""
    return lambda membership: bool(membership["tenant_id"] == tenant_id and membership["role"] == "customer")


def plant_a_study(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """A study of where people are at a fair.

    Eight participants take a path of their own, some pseudonyms are hashes, and the list of the participants
    is in the same database.
    """
    pseudonyms = [f"{rng.getrandbits(256):064x}" for _ in range(PARTICIPANTS)]
    users = rng.sample(_recent_customers(desk), LISTED)
    for n, user in enumerate(users[:HASHED]):
        pseudonyms[n] = hashlib.sha256(user["email"].encode()).hexdigest()
    visits = [visit for n, pseudonym in enumerate(pseudonyms) for visit in _visits(n, pseudonym, rng)]
    shuffled = rng.sample(visits, len(visits))
    desk.tables["study_visits"] = [{"id": n, **visit} for n, visit in enumerate(shuffled, 1)]
    desk.tables["study_participants"] = [
        {"id": n, "pseudonym": pseudonym, "user_id": user["id"], "added_at": days_before(rng, 60, 80)}
        for n, (pseudonym, user) in enumerate(zip(pseudonyms, users, strict=False), 1)
    ]
    yield from _findings_of_the_study()


def _recent_customers(desk: Helpdesk) -> list[Row]:
    """Return customers who were active in the last 400 days and carry no fault."""
    excluded = {row["user_id"] for row in desk.tables["withdrawals"]} | desk.taken["users"]
    customers = desk.rows("users", having("role", "customer"))
    known = [u for u in customers if u["email"] and u["deleted_at"] is None and u["id"] not in excluded]
    return [user for user in known if user["last_seen_at"] > AS_OF - timedelta(days=400)]


def _visits(n: int, pseudonym: str, rng: random.Random) -> Iterator[Row]:
    """Yield the five stops of one participant on one day; the last eight participants go their own way."""
    stops, day = [PLACES[(n % 4 + stop) % 6] for stop in range(5)], AS_OF - timedelta(days=80 - n % 4)
    if n >= PARTICIPANTS - 8:
        repeated = (n - 32) // 3
        stops = [PLACES[n % 6]] * (2 + repeated) + stops[: 3 - repeated]
        day += timedelta(days=n - 20)
    for hour, place in enumerate(stops, 9):
        seen = day + timedelta(hours=hour, minutes=rng.randrange(60))
        yield {"pseudonym": pseudonym, "place": place, "seen_at": seen}


def _findings_of_the_study() -> Iterator[Expected]:
    visits, participants, pseudonym = "study_visits", "study_participants", ("pseudonym",)
    traced, stops = 5 * LISTED, 5 * HASHED
    why, detail = "eight people visit places in a way that nobody shares", {"persons": PARTICIPANTS}
    yield Expected("reidentification-low-person-k", visits, (), 5 * 8, why, detail)
    why, detail = "four visits are enough to recognise eight people", {"unique_4": 8}
    yield Expected("reidentification-trajectory", visits, (), None, why, detail)
    why, detail = "twelve pseudonyms are SHA-256 of an address", {"digests": PARTICIPANTS, "reversed": HASHED}
    yield Expected("reidentification-weak-hash", visits, pseudonym, stops, why, detail)
    why, detail = "the same twelve pseudonyms", {"digests": LISTED, "reversed": HASHED}
    yield Expected("reidentification-weak-hash", participants, pseudonym, HASHED, why, detail)
    why = "the list of the participants is in the same database"
    yield Expected("reidentification-reversible-pseudonym", visits, pseudonym, traced, why)
    why = "the list uses the pseudonyms of the study, for vouchers"
    yield Expected("reidentification-linkable-pseudonym", participants, pseudonym, LISTED, why)
    why = "the policy calls the table pseudonymised"
    yield Expected("reidentification-declared-anonymous", visits, (), traced, why)


def plant_numbered_testers(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Testers of the new portal whose pseudonyms are numbers in the order of their tests."""
    moments = sorted(days_before(rng, 20, 200) for _ in range(40))
    desk.tables["usability_tests"] = [
        {"id": n, "pseudonym": f"T-{n}", "score": rng.randint(1, 5), "created_at": moment}
        for n, moment in enumerate(moments, 1)
    ]
    why = "the pseudonyms are numbers in the order of the tests"
    yield Expected("reidentification-sequential-pseudonym", "usability_tests", ("pseudonym",), None, why)
