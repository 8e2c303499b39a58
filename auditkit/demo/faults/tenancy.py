"""Rows of one tenant that are mixed up with those of another."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk, having


def plant_projects_of_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Tickets in a project of another tenant. The declared foreign key does not prevent that."""
    tickets = desk.take("tickets", 7, rng, desk.unreferenced())
    for ticket in tickets:
        other = desk.another(ticket["tenant_id"], rng)
        ticket["project_id"] = rng.choice(desk.of_tenant("projects", other))["id"]
    why = "they are in a project of another tenant (the foreign key is declared)"
    yield Expected("tenancy-cross-reference", "tickets", ("project_id",), len(tickets), why)


def plant_requesters_of_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Tickets of a user of another tenant. The policy declares the reference."""
    tickets = desk.take("tickets", 5, rng, desk.unreferenced())
    for ticket in tickets:
        ticket["requester_id"] = desk.anyone(desk.another(ticket["tenant_id"], rng), rng)
    where = ("tickets", ("requester_id",), len(tickets))
    why = "a user of another tenant requested them (the policy declares the reference)"
    yield Expected("tenancy-cross-reference", *where, why)
    yield Expected("tenancy-non-member", *where, "the requester is not a member of the ticket's tenant")


def plant_assignees_of_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Tickets that are assigned to an agent of another tenant. Nothing declares the reference."""
    tickets = desk.take("tickets", 4, rng, desk.unreferenced())
    for ticket in tickets:
        ticket["assignee_id"] = desk.anyone(desk.another(ticket["tenant_id"], rng), rng, role="agent")
    where = ("tickets", ("assignee_id",), len(tickets))
    why = "they are assigned to an agent of another tenant (the reference is inferred)"
    yield Expected("tenancy-cross-reference", *where, why)
    yield Expected("tenancy-non-member", *where, "the agent is not a member of the ticket's tenant")


def plant_attachments_of_nobody(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Attachments that have lost their tenant."""
    attachments = desk.take("attachments", 6, rng)
    for attachment in attachments:
        attachment["tenant_id"] = None
    why = "they belong to no tenant"
    yield Expected("tenancy-missing-key", "attachments", ("tenant_id",), len(attachments), why)


def plant_templates_of_no_tenant(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Templates of tenants that do not exist."""
    templates = desk.take("templates", 3, rng, lambda row: row["tenant_id"] is not None)
    for n, template in enumerate(templates):
        template["tenant_id"] = 9001 + n
    why = "they belong to tenants that do not exist"
    yield Expected("tenancy-orphan-tenant", "templates", ("tenant_id",), len(templates), why)


def plant_authors_of_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Comments whose author belongs to another tenant than their ticket."""
    tenant_of = {ticket["id"]: ticket["tenant_id"] for ticket in desk.tables["tickets"]}
    comments = desk.take("comments", 6, rng)
    for comment in comments:
        comment["author_id"] = desk.anyone(desk.another(tenant_of[comment["ticket_id"]], rng), rng)
    why = "a user of one tenant wrote them on a ticket of another"
    yield Expected("tenancy-diamond", "comments", ("author_id", "ticket_id"), len(comments), why)
    why = "the author is not a member of the ticket's tenant"
    yield Expected("tenancy-non-member", "comments", ("author_id",), len(comments), why)


def plant_managers_of_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Agents whose manager works for another tenant."""
    users = desk.take("users", 3, rng, lambda row: row["role"] == "agent" and row["manager_id"] is not None)
    for user in users:
        user["manager_id"] = desk.anyone(desk.another(user["tenant_id"], rng), rng, role="agent")
    why = "their manager belongs to another tenant"
    yield Expected("tenancy-self-reference", "users", ("manager_id",), len(users), why)


def plant_object_keys_of_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Attachments that are stored under the path of another tenant."""
    attachments = desk.take("attachments", 4, rng)
    for attachment in attachments:
        own = desk.tenant(attachment["tenant_id"])
        other = desk.tenant(desk.another(attachment["tenant_id"], rng))
        attachment["object_key"] = attachment["object_key"].replace(own["slug"], other["slug"])
    why = "they are stored under the path of another tenant"
    yield Expected("tenancy-object-key", "attachments", ("object_key",), len(attachments), why)


def plant_slugs_of_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Tickets whose text names the workspace of another tenant."""
    tickets = desk.take("tickets", 4, rng, desk.unreferenced())
    for ticket in tickets:
        other = desk.tenant(desk.another(ticket["tenant_id"], rng))
        ticket["body"] += f"\n\nThe file opened in the workspace {other['slug']}, which is not ours."
    why = "their text names the workspace of another tenant"
    yield Expected("tenancy-embedded-identifier", "tickets", ("body",), len(tickets), why)


def leave_foreign_keys_bare(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Foreign keys without the tenant. Nothing is planted: the schema declares them so."""
    for table, column in (("api_keys", "user_id"), ("projects", "owner_id"), ("tickets", "project_id")):
        why = "the foreign key between two tables of tenants does not include the tenant"
        yield Expected("tenancy-bare-foreign-key", table, (column,), None, why)


def plant_shared_secret(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Two tenants with the same key."""
    (first,) = desk.take("api_keys", 1, rng)
    (second,) = desk.take("api_keys", 1, rng, lambda row: row["tenant_id"] != first["tenant_id"])
    second["secret_hash"] = first["secret_hash"]
    yield Expected("tenancy-shared-credential", "api_keys", ("secret_hash",), 2, "two tenants use one key")


def plant_foreign_access(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Requests for a ticket of another tenant that were answered."""
    entries = desk.take("access_log", 8, rng, having("route", "/tickets/{id}"))
    for entry in entries:
        entry["tenant_id"] = desk.another(entry["tenant_id"], rng)
        entry["user_id"] = desk.anyone(entry["tenant_id"], rng)
    why = "one tenant asked for a ticket of another, and received it"
    yield Expected("tenancy-foreign-access", "access_log", ("object_id",), len(entries), why)


def plant_canaries_of_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Tickets with the canary of another tenant in their text: an import mixed up two tenants."""
    tickets = desk.take("tickets", 2, rng)
    for ticket in tickets:
        other = desk.tenant(desk.another(ticket["tenant_id"], rng))
        ticket["body"] += f"\n\nReference: {other['canary']}"
    why = "they hold the made-up word that was planted in another tenant"
    yield Expected("tenancy-canary", "tickets", ("body",), len(tickets), why)


def plant_shared_files(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """One scan that is attached to tickets of two tenants."""
    (first,) = desk.take("attachments", 1, rng, lambda row: row["tenant_id"] is not None)
    own = (None, first["tenant_id"])
    (second,) = desk.take("attachments", 1, rng, lambda row: row["tenant_id"] not in own)
    first["object_key"] = second["object_key"] = "inbox/2026/scan-of-12-march-00917.pdf"
    why = "tickets of two tenants have the same file"
    yield Expected("tenancy-shared-object", "attachments", ("object_key",), 2, why, {"objects": 1})


def plant_automations_for_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Automations that put new tickets into a project of another tenant, by a key inside JSON."""
    automations = desk.take("automations", 3, rng)
    for automation in automations:
        other = desk.another(automation["tenant_id"], rng)
        action = json.loads(automation["action"])
        action["then"]["project_id"] = rng.choice(desk.of_tenant("projects", other))["id"]
        automation["action"] = json.dumps(action)
    why = "they put tickets into a project of another tenant, by a key inside JSON"
    yield Expected("tenancy-json-reference", "automations", ("action",), len(automations), why)


def plant_moved_tickets(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Tickets that were moved to another tenant together with everything they refer to.

    Only the stored totals of the two tenants show it.
    """
    unreferenced, taken = desk.unreferenced(), desk.taken["tickets"]
    movable = desk.rows("tickets", lambda row: unreferenced(row) and row["id"] not in taken)
    movable_of = Counter(ticket["tenant_id"] for ticket in movable)
    first = max(movable_of, key=lambda tenant: movable_of[tenant])
    second = desk.another(first, rng)
    tickets = desk.take("tickets", 2, rng, lambda row: row["tenant_id"] == first and unreferenced(row))
    for ticket in tickets:
        ticket["tenant_id"] = second
        ticket["project_id"] = rng.choice(desk.of_tenant("projects", second))["id"]
        ticket["requester_id"] = desk.anyone(second, rng)
        ticket["assignee_id"] = desk.anyone(second, rng, role="agent")
    why = "the total of one tenant is two tickets too high, and that of another is two too low"
    yield Expected("tenancy-rollup-mismatch", "tenants", ("ticket_count",), 2, why, {"moved": len(tickets)})


def plant_vectors_of_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Articles in the knowledge base of one tenant that the search of another tenant finds."""
    namespaces = sorted({row["namespace"] for row in desk.tables["article_vectors"]} - {None})
    chosen = rng.sample(namespaces, 3)
    for namespace in chosen:
        for vector in desk.take("article_vectors", 1, rng, having("namespace", namespace)):
            vector["tenant_id"] = desk.another(vector["tenant_id"], rng)
    why = "they are in the index of one tenant and carry the key of another"
    yield Expected("tenancy-vector-scope", "article_vectors", ("embedding",), len(chosen), why)
