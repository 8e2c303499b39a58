"""Rows that touch another tenant's."""

from __future__ import annotations

import json
import random
from collections import Counter

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk, having


def plant_projects_of_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Tickets in another tenant's project: the foreign key is declared, and the database is content."""
    tickets = desk.take("tickets", 7, rng, desk.lonely())
    for ticket in tickets:
        other = desk.another(ticket["tenant_id"], rng)
        ticket["project_id"] = rng.choice(desk.of_tenant("projects", other))["id"]
    return (
        Expected(
            "tenancy-cross-reference",
            "tickets",
            ("project_id",),
            len(tickets),
            "lie in another tenant's project (a declared foreign key)",
        ),
    )


def plant_requesters_of_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Tickets of another tenant's user: the policy names the reference."""
    tickets = desk.take("tickets", 5, rng, desk.lonely())
    for ticket in tickets:
        ticket["requester_id"] = desk.anyone(desk.another(ticket["tenant_id"], rng), rng)
    return (
        Expected(
            "tenancy-cross-reference",
            "tickets",
            ("requester_id",),
            len(tickets),
            "asked by another tenant's user (named in the policy)",
        ),
        Expected(
            "tenancy-non-member",
            "tickets",
            ("requester_id",),
            len(tickets),
            "and that user is no member of the ticket's tenant",
        ),
    )


def plant_assignees_of_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Tickets for another tenant's agent: the reference is nowhere declared."""
    tickets = desk.take("tickets", 4, rng, desk.lonely())
    for ticket in tickets:
        ticket["assignee_id"] = desk.anyone(desk.another(ticket["tenant_id"], rng), rng, role="agent")
    return (
        Expected(
            "tenancy-cross-reference",
            "tickets",
            ("assignee_id",),
            len(tickets),
            "assigned to another tenant's agent (inferred)",
        ),
        Expected(
            "tenancy-non-member",
            "tickets",
            ("assignee_id",),
            len(tickets),
            "and that agent is no member of the ticket's tenant",
        ),
    )


def plant_attachments_of_nobody(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Attachments that lost their tenant."""
    attachments = desk.take("attachments", 6, rng)
    for attachment in attachments:
        attachment["tenant_id"] = None
    return (
        Expected(
            "tenancy-missing-key", "attachments", ("tenant_id",), len(attachments), "belong to no tenant"
        ),
    )


def plant_templates_of_no_tenant(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Templates of tenants that do not exist."""
    templates = desk.take("templates", 3, rng, lambda row: row["tenant_id"] is not None)
    for n, template in enumerate(templates):
        template["tenant_id"] = 9001 + n
    return (
        Expected(
            "tenancy-orphan-tenant",
            "templates",
            ("tenant_id",),
            len(templates),
            "belong to tenants that do not exist",
        ),
    )


def plant_authors_of_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Comments whose author and whose ticket belong to different tenants."""
    tenant_of = {ticket["id"]: ticket["tenant_id"] for ticket in desk.tables["tickets"]}
    comments = desk.take("comments", 6, rng)
    for comment in comments:
        comment["author_id"] = desk.anyone(desk.another(tenant_of[comment["ticket_id"]], rng), rng)
    return (
        Expected(
            "tenancy-diamond",
            "comments",
            ("author_id", "ticket_id"),
            len(comments),
            "written by one tenant's user on another's ticket",
        ),
        Expected(
            "tenancy-non-member",
            "comments",
            ("author_id",),
            len(comments),
            "and that user is no member of the ticket's tenant",
        ),
    )


def plant_managers_of_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Agents whose manager works for another tenant."""
    users = desk.take("users", 3, rng, lambda row: row["role"] == "agent" and row["manager_id"] is not None)
    for user in users:
        user["manager_id"] = desk.anyone(desk.another(user["tenant_id"], rng), rng, role="agent")
    return (
        Expected(
            "tenancy-self-reference",
            "users",
            ("manager_id",),
            len(users),
            "report to somebody in another tenant",
        ),
    )


def plant_object_keys_of_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Attachments that are stored under another tenant's path."""
    attachments = desk.take("attachments", 4, rng)
    for attachment in attachments:
        mine, other = (
            desk.tenant(attachment["tenant_id"]),
            desk.tenant(desk.another(attachment["tenant_id"], rng)),
        )
        attachment["object_key"] = attachment["object_key"].replace(mine["slug"], other["slug"])
    return (
        Expected(
            "tenancy-object-key",
            "attachments",
            ("object_key",),
            len(attachments),
            "are stored under another tenant's path",
        ),
    )


def plant_slugs_of_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Tickets whose text names another tenant's workspace."""
    tickets = desk.take("tickets", 4, rng, desk.lonely())
    for ticket in tickets:
        other = desk.tenant(desk.another(ticket["tenant_id"], rng))
        ticket["body"] += f"\n\nThe file opened in the workspace {other['slug']}, which is not ours."
    return (
        Expected(
            "tenancy-embedded-identifier",
            "tickets",
            ("body",),
            len(tickets),
            "name another tenant's workspace in their text",
        ),
    )


def leave_foreign_keys_bare(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """The schema declares half of its foreign keys, and none of them carries the tenant: nothing is planted,
    it is how it was made.
    """
    bare = {"api_keys": "user_id", "projects": "owner_id", "tickets": "project_id"}
    why = "a foreign key between tenants' tables that does not carry the tenant"
    return tuple(
        Expected("tenancy-bare-foreign-key", table, (column,), None, why) for table, column in bare.items()
    )


def plant_shared_secret(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Two tenants with the same key."""
    (first,) = desk.take("api_keys", 1, rng)
    (second,) = desk.take("api_keys", 1, rng, lambda row: row["tenant_id"] != first["tenant_id"])
    second["secret_hash"] = first["secret_hash"]
    return (
        Expected("tenancy-shared-credential", "api_keys", ("secret_hash",), 2, "two tenants use one key"),
    )


def plant_foreign_access(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Requests for another tenant's ticket that were served."""
    entries = desk.take("access_log", 8, rng, lambda row: row["route"] == "/tickets/{id}")
    for entry in entries:
        entry["tenant_id"] = desk.another(entry["tenant_id"], rng)
        entry["user_id"] = desk.anyone(entry["tenant_id"], rng)
    return (
        Expected(
            "tenancy-foreign-access",
            "access_log",
            ("object_id",),
            len(entries),
            "one tenant read another's ticket, and was served",
        ),
    )


def plant_canaries_of_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Tickets in which the canary of another tenant stands: an import mixed the two up."""
    tickets = desk.take("tickets", 2, rng)
    for ticket in tickets:
        ticket["body"] += f"\n\nReference: {desk.tenant(desk.another(ticket['tenant_id'], rng))['canary']}"
    return (
        Expected(
            "tenancy-canary",
            "tickets",
            ("body",),
            len(tickets),
            "hold the made-up word that was planted at another tenant's",
        ),
    )


def plant_shared_files(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """One scan that is attached to tickets of two tenants."""
    (first,) = desk.take("attachments", 1, rng, lambda row: row["tenant_id"] is not None)
    (second,) = desk.take(
        "attachments", 1, rng, lambda row: row["tenant_id"] not in (None, first["tenant_id"])
    )
    first["object_key"] = second["object_key"] = "inbox/2026/scan-of-12-march-00917.pdf"
    return (
        Expected(
            "tenancy-shared-object",
            "attachments",
            ("object_key",),
            2,
            "two tenants' tickets have one file",
            {"objects": 1},
        ),
    )


def plant_automations_for_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Rules that put new tickets into another tenant's project; the key stands inside a document."""
    automations = desk.take("automations", 3, rng)
    for automation in automations:
        action = json.loads(automation["action"])
        action["then"]["project_id"] = rng.choice(
            desk.of_tenant("projects", desk.another(automation["tenant_id"], rng))
        )["id"]
        automation["action"] = json.dumps(action)
    why = "put tickets into another tenant's project, by a key inside JSON"
    return (Expected("tenancy-json-reference", "automations", ("action",), len(automations), why),)


def plant_moved_tickets(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Tickets that were moved to another tenant with everything they refer to: only the stored totals
    remember.
    """
    lonely, taken = desk.lonely(), desk.taken["tickets"]
    free = Counter(
        t["tenant_id"] for t in desk.rows("tickets", lambda row: lonely(row) and row["id"] not in taken)
    )
    first = max(free, key=lambda tenant: free[tenant])
    second = desk.another(first, rng)
    tickets = desk.take("tickets", 2, rng, lambda row: row["tenant_id"] == first and lonely(row))
    for ticket in tickets:
        ticket["tenant_id"], ticket["project_id"] = (
            second,
            rng.choice(desk.of_tenant("projects", second))["id"],
        )
        ticket["requester_id"], ticket["assignee_id"] = (
            desk.anyone(second, rng),
            desk.anyone(second, rng, role="agent"),
        )
    why = "one tenant's total has two tickets too many, another's two too few"
    return (
        Expected("tenancy-rollup-mismatch", "tenants", ("ticket_count",), 2, why, {"moved": len(tickets)}),
    )


def plant_vectors_of_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Articles of one tenant's knowledge base that another tenant's search finds."""
    namespaces = rng.sample(sorted({row["namespace"] for row in desk.tables["article_vectors"]} - {None}), 3)
    for namespace in namespaces:
        for vector in desk.take("article_vectors", 1, rng, having("namespace", namespace)):
            vector["tenant_id"] = desk.another(vector["tenant_id"], rng)
    why = "articles in one tenant's index that carry another tenant"
    return (Expected("tenancy-vector-scope", "article_vectors", ("embedding",), len(namespaces), why),)
