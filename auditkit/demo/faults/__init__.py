"""The faults of the example: one small function each, which plants it and says what an audit must answer."""

from __future__ import annotations

import random
from collections.abc import Callable

from auditkit.demo.expected import Expected
from auditkit.demo.faults import access, minimisation, pii, quiet, reidentification, retention, tenancy
from auditkit.demo.helpdesk import Helpdesk

Fault = Callable[[Helpdesk, random.Random], tuple[Expected, ...]]

FAULTS: tuple[Fault, ...] = (
    quiet.keep_tickets_on_hold, quiet.keep_a_ticket_one_second_short_of_overdue, quiet.let_staff_read_everywhere,
    quiet.refuse_requests_across_tenants, quiet.share_templates, quiet.let_consultants_work_for_two_tenants, quiet.end_memberships_and_keys,
    quiet.erase_users_properly,
    retention.plant_overdue_tickets, retention.plant_undated_tickets, retention.plant_log_without_rule, retention.plant_soft_delete_residue,
    retention.plant_sentinel_clocks,
    tenancy.plant_projects_of_others, tenancy.plant_requesters_of_others, tenancy.plant_assignees_of_others,
    tenancy.plant_attachments_of_nobody, tenancy.plant_templates_of_no_tenant, tenancy.plant_authors_of_others,
    tenancy.plant_managers_of_others, tenancy.plant_object_keys_of_others, tenancy.plant_slugs_of_others,
    tenancy.leave_foreign_keys_bare, tenancy.plant_shared_secret, tenancy.plant_foreign_access,
    pii.plant_birth_dates, pii.plant_contact_addresses, pii.plant_source_addresses, pii.plant_mentions_in_tickets,
    pii.plant_mentions_in_comments, pii.plant_disabilities,
    minimisation.plant_fax_numbers, reidentification.plant_rare_respondents, access.plant_leaking_errors,
    quiet.leave_birth_dates_that_are_no_childrens, pii.plant_children, pii.plant_tokens, pii.declare_a_column_that_is_gone,
)  # fmt: skip
"""In this order; those that are quiet must bring no finding at all."""


def plant(desk: Helpdesk) -> tuple[Expected, ...]:
    """Plant every fault and return what must be found."""
    return tuple(found for fault in FAULTS for found in fault(desk, desk.rng(fault.__name__)))
