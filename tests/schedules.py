"""Retention schedules as organisations write them, each with its truth as SQL over the same rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

AS_OF = datetime(2026, 11, 29)
COUNTRIES = ("DE", "FR", "US")


def ago(years: int = 0, days: int = 0) -> datetime:
    return AS_OF.replace(year=AS_OF.year - years) - timedelta(days=days)


def tables() -> dict[str, list[dict[str, Any]]]:
    """Return a small organisation: people, their contracts, invoices, tickets and documents."""
    rows: dict[str, list[dict[str, Any]]] = {
        "tenants": [
            {"id": 1, "retention": "P6M", "keep_days": 180},
            {"id": 2, "retention": None, "keep_days": None},
        ],
        "doc_types": [
            {"id": 1, "keep_years": 0, "period": "P90D"},
            {"id": 2, "keep_years": 10, "period": "P10Y"},
            {"id": 3, "keep_years": 2, "period": "P2Y"},
        ],
    }
    for i in range(1, 41):
        y = i % 12
        person = {
            "id": i, "tenant_id": 1 + i % 2, "email": f"p{i}@example.org", "country": COUNTRIES[i % 3],
            "birth_date": datetime(1950 + i % 60, 5, 5), "last_seen_at": ago(y, 5),
            "warned_at": ago(0, 10) if i % 4 == 0 else None,
        }  # fmt: skip
        ended = None if i % 5 == 0 else ago(y, 5)
        found = {
            "users": person,
            "contracts": {"id": i, "user_id": i, "ended_at": ended},
            "invoices": {"id": i, "user_id": i, "issued_on": ago(y, 5), "country": person["country"]},
            "documents": {"id": i, "type_id": 1 + i % 3, "created_at": ago(y, 5), "locked": i % 11 == 0},
            "consents": {"id": i, "given_at": ago(i % 4, 5), "withdrawn_at": None if i % 6 else ago(0, 3)},
            "tickets": {
                "id": i, "tenant_id": 1 + i % 2, "user_id": i, "status": "closed" if ended else "open",
                "closed_at": ended, "updated_at": ago(y, 4), "until": ended or datetime(9999, 1, 1),
            },
            "logins": {"id": i, "user_id": i, "at": ago(0, i % 12), "ip": "192.0.2.1" if i % 3 else None},
            "orders": {"id": i, "user_id": (i * 7) % 30 + 1, "at": ago((i * 7) % 12, 5)},
            "versions": {"id": i, "document_id": i % 3, "at": ago(0, 41 - i)},
        }  # fmt: skip
        for name, row in found.items():
            rows.setdefault(name, []).append(row)
        if i % 7 == 0:
            released = None if i % 14 == 0 else ago(0, 20)
            dispute = {"id": i, "contract_id": i, "opened_at": ago(1), "closed_at": released}
            rows.setdefault("disputes", []).append(dispute)
        rows.setdefault("messages", []).extend(
            {"id": 3 * i + k, "ticket_id": i, "sent_at": ago(y, 50 + k), "pinned": k == 0} for k in range(3)
        )
    return rows


NAMES = tuple(tables())
KEYS = tuple(f"{name}: PRIMARY KEY (id)" for name in NAMES)
REFERENCES = {
    "contracts": "user_id: users.id", "invoices": "user_id: users.id", "documents": "type_id: doc_types.id",
    "tickets": "user_id: users.id", "logins": "user_id: users.id", "orders": "user_id: users.id",
    "disputes": "contract_id: contracts.id", "messages": "ticket_id: tickets.id",
}  # fmt: skip


@dataclass(frozen=True)
class Schedule:
    """One schedule.

    Attributes:
        table: the table.
        block: what the policy declares about it.
        truth: SQL that counts the rows that break it.
        check: the check that finds them.
        also: what the policy declares besides the tables.
        others: what it declares about other tables.
    """

    table: str
    block: str
    truth: str
    check: str = "retention-overdue"
    also: str = ""
    others: Mapping[str, str] | None = None

    @property
    def policy(self) -> str:
        """The policy."""
        blocks = {self.table: self.block, **(self.others or {})}
        for name, reference in REFERENCES.items():
            blocks[name] = ", ".join(filter(None, [blocks.get(name), f"references: {{{reference}}}"]))
        declared = ", ".join(f"{name}: {{{block}}}" for name, block in blocks.items())
        return f"version: 1\nname: Schedules\n{self.also}tables: {{{declared}}}\n"


def kept(rule: str) -> str:
    return f"retention: {{{rule}, basis: law}}"


DAY = "date('2026-11-29')"
TENANCY = "tenancy: {root: tenants, key: tenant_id}\n"
LATER_END = (
    "select count(*) from users where max(date(last_seen_at,'+2 years'),"
    f" coalesce(date(warned_at,'+30 days'),'0')) <= {DAY}"
)
SCHEDULES: Mapping[str, Schedule] = {
    "end of the calendar year": Schedule(
        "invoices", kept("start: issued_on, max: P5Y, calendar: end_of_year"),
        f"select count(*) from invoices where date(strftime('%Y',issued_on)||'-01-01','+6 years') <= {DAY}",
    ),
    "end of a fiscal year": Schedule(
        "invoices", kept('start: issued_on, max: P5Y, calendar: {end_of_year: "03-31"}'),
        "select count(*) from invoices where date(strftime('%Y',issued_on,'-3 months')||'-04-01','+6 years')"
        f" <= {DAY}",
    ),
    "end of the quarter": Schedule(
        "invoices", kept("start: issued_on, max: P5Y, calendar: end_of_quarter"),
        "select count(*) from invoices where date(strftime('%Y',issued_on)||'-'||substr('0'||((strftime('%m',"
        f"issued_on)-1)/3*3+1),-2)||'-01','+3 months','+5 years') <= {DAY}",
    ),
    "end of the month": Schedule(
        "invoices", kept("start: issued_on, max: P5Y, calendar: end_of_month"),
        "select count(*) from invoices where date(issued_on,'start of month','+1 month','+5 years') <="
        f" {DAY}",
    ),
    "after the last invoice": Schedule(
        "users", kept("start: {latest: [invoices.issued_on]}, max: P5Y"),
        "select count(*) from users u where date((select max(issued_on) from invoices i where"
        f" i.user_id=u.id),'+5 years') <= {DAY}",
    ),
    "after the first order": Schedule(
        "users", kept("start: {earliest: [orders.at]}, max: P5Y"),
        f"select count(*) from users u where date((select min(at) from orders o where o.user_id=u.id),"
        f"'+5 years') <= {DAY}",
    ),
    "after the latest of two tables": Schedule(
        "users", kept("start: {latest: [invoices.issued_on, orders.at, last_seen_at]}, max: P5Y"),
        "select count(*) from users u where date(max(last_seen_at, coalesce((select max(issued_on) from"
        " invoices i where i.user_id=u.id),''), coalesce((select max(at) from orders o where"
        f" o.user_id=u.id),'')),'+5 years') <= {DAY}",
    ),
    "unless a dispute is open": Schedule(
        "contracts",
        kept(
            "start: ended_at, max: P3Y, open: ended_at IS NULL,"
            ' hold: "id IN (SELECT contract_id FROM disputes WHERE closed_at IS NULL)"'
        ),
        f"select count(*) from contracts c where date(ended_at,'+3 years') <= {DAY} and not exists (select 1"
        " from disputes d where d.contract_id=c.id and closed_at is null)",
    ),
    "a table of holds": Schedule(
        "contracts", kept("start: ended_at, max: P3Y, open: ended_at IS NULL"),
        f"select count(*) from contracts c where date(ended_at,'+3 years') <= {DAY} and not exists (select 1"
        " from disputes d where d.contract_id=c.id and closed_at is null)",
        also=(
            "holds: {table: disputes, subject: contract_id, placed: opened_at, released: closed_at,"
            " review_every: P1Y}\n"
        ),
    ),
    "the later of two ends": Schedule(
        "users", kept("start: {latest: [last_seen_at + P2Y, warned_at + P30D]}"), LATER_END
    ),
    "the later of two ends, in blocks": Schedule(
        "users",
        kept("start: {latest: [{start: last_seen_at, max: P2Y}, {start: warned_at, max: P30D}]}"), LATER_END,
    ),
    "the later of two ends, as in SQL": Schedule(
        "users", kept('start: "GREATEST(last_seen_at + P2Y, warned_at + P30D)"'), LATER_END
    ),
    "the 28th birthday or 5 years": Schedule(
        "users", kept("start: {latest: [birth_date + P28Y, last_seen_at + P5Y]}"),
        "select count(*) from users where max(date(last_seen_at,'+5 years'), date(birth_date,'+28 years'))"
        f" <= {DAY}",
    ),
    "the earlier of consent and withdrawal": Schedule(
        "consents", kept("start: {earliest: [given_at + P13M, withdrawn_at]}"),
        "select count(*) from consents where min(date(given_at,'+13 months'), coalesce(withdrawn_at,'9999'))"
        f" <= {DAY}",
    ),
    "one clock or another": Schedule(
        "tickets", kept('start: "COALESCE(closed_at, updated_at)", max: P3Y'),
        f"select count(*) from tickets where date(coalesce(closed_at, updated_at),'+3 years') <= {DAY}",
    ),
    "the country of the parent": Schedule(
        "tickets", kept("start: updated_at, max: P3Y, where: \"users.country = 'DE'\""),
        "select count(*) from tickets t join users u on u.id=t.user_id where u.country='DE' and"
        f" date(updated_at,'+3 years') <= {DAY}",
    ),
    "a period in years from a lookup": Schedule(
        "documents", kept("start: created_at, max: doc_types.keep_years"),
        "select count(*) from documents d join doc_types t on t.id=d.type_id where"
        f" date(created_at,'+'||keep_years||' years') <= {DAY}",
    ),
    "a period in ISO 8601 from a lookup": Schedule(
        "documents", kept("start: created_at, max: doc_types.period, hold: locked"),
        "select count(*) from documents where not locked and date(created_at, case type_id when 1 then"
        f" '+90 days' when 2 then '+10 years' else '+2 years' end) <= {DAY}",
    ),
    "the tenant's own days": Schedule(
        "tickets",
        kept("start: closed_at, max: P3Y, open: closed_at IS NULL, tenant_override: tenants.keep_days"),
        f"select count(*) from tickets where tenant_id=1 and date(closed_at,'+180 days') <= {DAY}",
        check="retention-tenant-override", also=TENANCY,
    ),
    "the tenant's own ISO 8601": Schedule(
        "tickets",
        kept("start: closed_at, max: P3Y, open: closed_at IS NULL, tenant_override: tenants.retention"),
        f"select count(*) from tickets where tenant_id=1 and date(closed_at,'+6 months') <= {DAY}",
        check="retention-tenant-override", also=TENANCY,
    ),
    "the period of the tenant's row": Schedule(
        "tickets", kept("start: closed_at, max: tenants.keep_days, open: closed_at IS NULL"),
        f"select count(*) from tickets where tenant_id=1 and date(closed_at,'+180 days') <= {DAY}",
        also=TENANCY,
    ),
    "chosen signs of life": Schedule(
        "users", "subject: {type: customer, key: id, inactive: P3Y, activity: [last_seen_at, orders.at]}",
        "select count(*) from users u where max(last_seen_at, coalesce((select max(at) from orders o where"
        " o.user_id=u.id),'')) <= '2023-11-29'",
        check="retention-inactive-subject",
    ),
    "a parent with its own period": Schedule(
        "messages", kept("via: ticket_id, max: P1Y, hold: pinned"),
        "select count(*) from messages m join tickets k on k.id=m.ticket_id where not m.pinned and"
        f" date(k.closed_at,'+1 year') <= {DAY}",
        others={"tickets": kept("start: closed_at, max: P3Y, open: status <> 'closed'")},
    ),
    "a parent with its own grace": Schedule(
        "messages", kept("via: ticket_id, grace: P2Y"),
        "select count(*) from messages m join tickets k on k.id=m.ticket_id where"
        f" date(k.closed_at,'+5 years') <= {DAY}",
        others={"tickets": kept("start: closed_at, max: P3Y, open: status <> 'closed'")},
    ),
    "the clock of the parent": Schedule(
        "messages", kept("start: tickets.closed_at, max: P1Y"),
        "select count(*) from messages m join tickets k on k.id=m.ticket_id where"
        f" date(k.closed_at,'+1 year') <= {DAY}",
    ),
    "72 hours": Schedule(
        "logins", kept("start: at, max: PT72H"),
        f"select count(*) from logins where date(at,'+3 days') <= {DAY}",
    ),
    "5 working days": Schedule(
        "logins", kept("start: at, max: 5 working days"),
        "select count(*) from logins where at <= '2026-11-22'",
    ),
    "the cells of a column": Schedule(
        "logins", "columns: {ip: {category: user.device.ip_address, retention: {start: at, max: P7D}}}",
        f"select count(*) from logins where ip is not null and date(at,'+7 days') <= {DAY}",
    ),
    "the last versions": Schedule(
        "versions", kept("start: at, keep: 5"),
        "select sum(n-5) from (select count(*) n from versions group by document_id)",
    ),
    "the last versions, and a month": Schedule(
        "versions", kept("start: at, keep: 5, per: [document_id], max: P1M"),
        "select count(*) from (select at, row_number() over (partition by document_id order by at desc) n"
        f" from versions) where n > 5 and date(at,'+1 month') <= {DAY}",
    ),
    "a review": Schedule(
        "tickets", kept("start: updated_at, reviewed: closed_at, review_every: P2Y"),
        "select count(*) from tickets where date(max(updated_at, coalesce(closed_at,'')),'+2 years') <="
        f" {DAY}",
    ),
    "nobody who ordered lately": Schedule(
        "users",
        kept(
            'start: last_seen_at, max: P2Y, hold: "EXISTS (SELECT 1 FROM orders o WHERE o.user_id = users.id'
            ' AND o.at >= today - P3Y)"'
        ),
        f"select count(*) from users u where date(last_seen_at,'+2 years') <= {DAY} and not exists (select 1"
        f" from orders o where o.user_id=u.id and o.at >= date({DAY},'-3 years'))",
    ),
    "a placeholder that means open": Schedule(
        "tickets", kept("start: until, max: P10Y, open: \"until = '9999-01-01'\""), "select 0",
        check="retention-sentinel-clock",
    ),
}  # fmt: skip


def truths(names: Sequence[str]) -> dict[str, int]:
    """Return how many rows break each schedule, by its SQL."""
    connection = sqlite3.connect(":memory:")
    for name, rows in tables().items():
        columns = list(rows[0])
        connection.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
        values = [[_cell(row[c]) for c in columns] for row in rows]
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", values)
    return {name: int(connection.execute(SCHEDULES[name].truth).fetchone()[0] or 0) for name in names}


def _cell(value: Any) -> Any:
    return value.date().isoformat() if isinstance(value, datetime) else value
