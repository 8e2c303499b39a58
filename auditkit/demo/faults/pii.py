"""Personal data where the policy does not expect it."""

from __future__ import annotations

import random
import string
from collections import Counter
from datetime import timedelta

from auditkit.demo import people
from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import AS_OF, Helpdesk

# Numbers that banks, standards bodies and card schemes publish for tests and examples.
IBANS = (
    "DE89 3704 0044 0532 0130 00",
    "GB82 WEST 1234 5698 7654 32",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NL91 ABNA 0417 1643 00",
)
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
    values = {
        "EMAIL_ADDRESS": lambda: people.email(rng), "PHONE_NUMBER": lambda: people.phone(rng),
        "IBAN_CODE": lambda: IBANS[n % len(IBANS)], "CREDIT_CARD": lambda: CARDS[n % len(CARDS)],
    }  # fmt: skip
    return rng.choice(SENTENCES[entity]).format(value=values[entity]())


def _plant_mentions(
    desk: Helpdesk, rng: random.Random, table: str, counts: Counter[str], why: str
) -> tuple[Expected, ...]:
    for entity, count in counts.items():
        for n, row in enumerate(desk.take(table, count, rng)):
            row["body"] += "\n\n" + _mention(entity, n, rng)
    return (Expected("pii-free-text", table, ("body",), counts.total(), why, detail=counts),)


def plant_mentions_in_tickets(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Tickets whose writers put an address, a number, an account or a card into the text: one in each."""
    counts = Counter(EMAIL_ADDRESS=37, PHONE_NUMBER=21, IBAN_CODE=4, CREDIT_CARD=3)
    return _plant_mentions(
        desk,
        rng,
        "tickets",
        counts,
        "customers write addresses, numbers, an account or a card into their tickets",
    )


def plant_mentions_in_comments(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Comments with an address or a number in them: one in each."""
    return _plant_mentions(
        desk, rng, "comments", Counter(EMAIL_ADDRESS=14, PHONE_NUMBER=9), "addresses and numbers in answers"
    )


def plant_birth_dates(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A column of birth dates that the policy does not know."""
    users = desk.rows("users", lambda row: row["full_name"] is not None)
    for user in users:
        user["birth_date"] = (AS_OF - timedelta(days=rng.randint(19 * 366, 78 * 365))).date()
    return (
        Expected(
            "pii-undeclared", "users", ("birth_date",), len(users), "the policy knows nothing of birth dates"
        ),
    )


def plant_contact_addresses(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A column of e-mail addresses that the policy does not know, filled in one ticket of five."""
    tickets = rng.sample(desk.tables["tickets"], len(desk.tables["tickets"]) // 5)
    for ticket in tickets:
        ticket["contact_email"] = people.email(rng)
    return (
        Expected(
            "pii-undeclared",
            "tickets",
            ("contact_email",),
            len(tickets),
            "a second address that the policy does not know",
        ),
    )


def plant_source_addresses(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A column of IP addresses that the policy does not know."""
    for comment in desk.tables["comments"]:
        comment["source_ip"] = people.ip_address(rng)
    rows = len(desk.tables["comments"])
    return (
        Expected(
            "pii-undeclared",
            "comments",
            ("source_ip",),
            rows,
            "every comment keeps the IP address it came from",
        ),
    )


def plant_disabilities(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Data on health that the policy knows, but without a ground in Art. 9(2)."""
    words = ("blind", "deaf", "dyslexia", "hard of hearing", "uses a screen reader", "wheelchair user")
    customers = desk.rows("users", lambda row: row["role"] == "customer" and row["full_name"] is not None)
    users = rng.sample(customers, len(customers) // 6)
    for user in users:
        user["disability"] = rng.choice(words)
    return (
        Expected(
            "pii-special-category",
            "users",
            ("disability",),
            None,
            "data on health, and no ground of Art. 9(2) for it",
        ),
    )


def plant_children(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Customers who are no sixteen years old; nobody expected any."""
    children = desk.take(
        "users", 4, rng, lambda row: row["role"] == "customer" and row["birth_date"] is not None
    )
    for child in children:
        child["birth_date"] = (AS_OF - timedelta(days=rng.randint(9 * 366, 15 * 365))).date()
    detail = {"under": 16, "implausible": 3}  # the placeholders of `quiet`
    return (
        Expected(
            "pii-child", "users", ("birth_date",), len(children), "customers who are not sixteen yet", detail
        ),
    )


def plant_tokens(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Labels of keys into which somebody pasted the key itself."""
    keys = desk.take("api_keys", 3, rng)
    for key in keys:
        key["label"] += " ghp_" + "".join(rng.choices(string.ascii_letters + string.digits, k=36))
    return (
        Expected(
            "pii-secret",
            "api_keys",
            ("label",),
            len(keys),
            "the label of a key holds the key, readable for everybody",
        ),
    )


def declare_a_column_that_is_gone(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A column that was dropped, and that the policy still declares."""
    return (
        Expected(
            "pii-declared-absent",
            "users",
            ("middle_name",),
            None,
            "the column was dropped; the policy does not know it yet",
        ),
    )


def declare_addresses_as_keys(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Mailings that keep the address they were sent to, where the policy expects a key."""
    rows = len(desk.tables["mailings"])
    return (
        Expected(
            "pii-misnamed",
            "mailings",
            ("recipient",),
            rows,
            "declared as a key of a user, and it is an e-mail address",
        ),
    )
