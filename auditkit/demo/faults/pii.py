"""Personal data where the policy does not expect it."""

from __future__ import annotations

import random
import string
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from auditkit.demo import people
from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import AS_OF, Helpdesk

# Numbers that banks, standards bodies and card schemes publish for tests and examples.
IBANS = (
    "DE89 3704 0044 0532 0130 00", "GB82 WEST 1234 5698 7654 32", "FR14 2004 1010 0505 0001 3M02 606",
    "NL91 ABNA 0417 1643 00",
)  # fmt: skip
CARDS = ("4111 1111 1111 1111", "5555 5555 5555 4444", "4242 4242 4242 4242")

SENTENCES = {
    "EMAIL_ADDRESS": (
        "You can reach me at {value}.",
        "Please copy {value} on your answer.",
        "My private address is {value}.",
    ),
    "PHONE_NUMBER": (
        "Please call me back on {value}.",
        "My number is {value}, best after lunch.",
        "If it is quicker, ring {value}.",
    ),
    "IBAN_CODE": ("Please send the refund to {value}.",),
    "CREDIT_CARD": ("I paid with the card {value}.",),
}


def _mention(entity: str, n: int, rng: random.Random) -> str:
    """Return a sentence that mentions an entity."""
    values = {
        "EMAIL_ADDRESS": lambda: people.email(rng), "PHONE_NUMBER": lambda: people.phone(rng),
        "IBAN_CODE": lambda: IBANS[n % len(IBANS)], "CREDIT_CARD": lambda: CARDS[n % len(CARDS)],
    }  # fmt: skip
    return rng.choice(SENTENCES[entity]).format(value=values[entity]())


def _plant_mentions(
    desk: Helpdesk, rng: random.Random, table: str, counts: Counter[str], why: str
) -> Iterator[Expected]:
    """Add one sentence to each of some rows; `counts` says how many rows mention which entity."""
    for entity, count in counts.items():
        for n, row in enumerate(desk.take(table, count, rng)):
            row["body"] += "\n\n" + _mention(entity, n, rng)
    yield Expected("pii-free-text", table, ("body",), counts.total(), why, detail=counts)


def plant_mentions_in_tickets(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Tickets with an address, a phone number, an account or a card in their text, one in each ticket."""
    counts = Counter(EMAIL_ADDRESS=37, PHONE_NUMBER=21, IBAN_CODE=4, CREDIT_CARD=3)
    why = "customers write addresses, phone numbers, accounts and cards into their tickets"
    return _plant_mentions(desk, rng, "tickets", counts, why)


def plant_mentions_in_comments(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Comments with an address or a phone number in their text, one in each comment."""
    counts = Counter(EMAIL_ADDRESS=14, PHONE_NUMBER=9)
    return _plant_mentions(desk, rng, "comments", counts, "comments hold addresses and phone numbers")


def plant_birth_dates(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """A column of birth dates that the policy does not declare."""
    users = desk.rows("users", lambda row: row["full_name"] is not None)
    for user in users:
        user["birth_date"] = (AS_OF - timedelta(days=rng.randint(19 * 366, 78 * 365))).date()
    why = "the policy does not declare birth dates"
    yield Expected("pii-undeclared", "users", ("birth_date",), len(users), why)


def plant_contact_addresses(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """A column of e-mail addresses that the policy does not declare, filled in one ticket of five."""
    tickets = rng.sample(desk.tables["tickets"], len(desk.tables["tickets"]) // 5)
    for ticket in tickets:
        ticket["contact_email"] = people.email(rng)
    why = "the policy does not declare a second e-mail address"
    yield Expected("pii-undeclared", "tickets", ("contact_email",), len(tickets), why)


def plant_source_addresses(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """A column of IP addresses that the policy does not declare."""
    comments = desk.tables["comments"]
    for comment in comments:
        comment["source_ip"] = people.ip_address(rng)
    why = "every comment keeps the IP address that it came from"
    yield Expected("pii-undeclared", "comments", ("source_ip",), len(comments), why)


def plant_disabilities(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Health data that the policy declares, but without an exception of Art. 9(2)."""
    words = ("blind", "deaf", "dyslexia", "hard of hearing", "uses a screen reader", "wheelchair user")
    customers = desk.rows("users", lambda row: row["role"] == "customer" and row["full_name"] is not None)
    for user in rng.sample(customers, len(customers) // 6):
        user["disability"] = rng.choice(words)
    why = "it is health data, and the policy names no exception of Art. 9(2)"
    yield Expected("pii-special-category", "users", ("disability",), None, why)


def plant_children(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Customers under sixteen years, whom the policy does not expect."""
    is_dated = lambda row: row["role"] == "customer" and row["birth_date"] is not None
    children = desk.take("users", 4, rng, is_dated)
    for child in children:
        child["birth_date"] = (AS_OF - timedelta(days=rng.randint(9 * 366, 15 * 365))).date()
    why = "these customers are under sixteen years"
    detail = {"under": 16, "implausible": 3}  # the implausible dates are planted in `quiet`
    yield Expected("pii-child", "users", ("birth_date",), len(children), why, detail)


def plant_tokens(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Labels of keys into which somebody pasted the key itself."""
    keys = desk.take("api_keys", 3, rng)
    for key in keys:
        key["label"] += " ghp_" + "".join(rng.choices(string.ascii_letters + string.digits, k=36))
    why = "the label of a key holds the key itself, and everybody can read it"
    yield Expected("pii-secret", "api_keys", ("label",), len(keys), why)


def declare_a_column_that_is_gone(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """A column that was dropped, and that the policy still declares."""
    why = "the column was dropped, and the policy still declares it"
    yield Expected("pii-declared-absent", "users", ("middle_name",), None, why)


def declare_addresses_as_keys(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Mailings that keep the address of the recipient in a column that the policy declares as a key."""
    rows, why = (
        len(desk.tables["mailings"]),
        "the policy declares the key of a user; the cells are e-mail addresses",
    )
    yield Expected("pii-misnamed", "mailings", ("recipient",), rows, why)
