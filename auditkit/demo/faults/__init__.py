"""The faults of the example.

Each is one small function that plants the fault and yields what an audit must find. The name of the function
is the seed of its random choices, so another name would give other rows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from auditkit.demo.expected import Expected
from auditkit.demo.faults import (
    access,
    endings,
    minimisation,
    pii,
    quiet,
    reidentification,
    requests,
    retention,
    tenancy,
)
from auditkit.demo.helpdesk import Helpdesk

Fault = Callable[[Helpdesk, random.Random], Iterator[Expected] | None]

FAULTS: tuple[Fault, ...] = (
    quiet.keep_tickets_on_hold, quiet.keep_a_ticket_one_second_short_of_overdue,
    quiet.let_staff_read_everywhere, quiet.refuse_requests_across_tenants, quiet.share_templates,
    quiet.let_consultants_work_for_two_tenants, quiet.end_memberships_and_keys, quiet.erase_users_properly,
    quiet.hear_of_people_through_their_tickets, endings.plant_people_of_whom_nobody_heard,
    retention.plant_overdue_tickets, retention.plant_undated_tickets, retention.plant_log_without_rule,
    retention.plant_soft_delete_residue, retention.plant_sentinel_clocks, tenancy.plant_projects_of_others,
    tenancy.plant_requesters_of_others, tenancy.plant_assignees_of_others,
    tenancy.plant_attachments_of_nobody, tenancy.plant_templates_of_no_tenant,
    tenancy.plant_authors_of_others, tenancy.plant_managers_of_others, tenancy.plant_object_keys_of_others,
    tenancy.plant_slugs_of_others, tenancy.leave_foreign_keys_bare, tenancy.plant_shared_secret,
    tenancy.plant_foreign_access, pii.plant_birth_dates, pii.plant_contact_addresses,
    pii.plant_source_addresses, pii.plant_mentions_in_tickets, pii.plant_mentions_in_comments,
    pii.plant_disabilities, minimisation.plant_fax_numbers, reidentification.plant_rare_respondents,
    access.plant_leaking_errors, quiet.leave_birth_dates_that_are_no_childrens, pii.plant_children,
    pii.plant_tokens, pii.declare_a_column_that_is_gone, pii.declare_addresses_as_keys,
    quiet.let_a_tenant_leave, quiet.release_holds, quiet.delete_on_request, quiet.let_people_consent_again,
    endings.plant_memberships_to_archive, endings.plant_surveys_past_a_tenants_own_period,
    endings.plant_neglected_holds, endings.plant_hasty_deletions, endings.plant_mailings_after_withdrawal,
    endings.plant_erased_people_in_a_copy, quiet.plant_canaries_at_home, quiet.welcome_everybody_alike,
    tenancy.plant_canaries_of_others, tenancy.plant_shared_files, tenancy.plant_automations_for_others,
    tenancy.plant_moved_tickets, tenancy.plant_vectors_of_others, quiet.name_the_tenant_in_every_request,
    requests.plant_hosts_of_others, quiet.let_sessions_go_on, requests.plant_sessions_of_strangers,
    quiet.page_through_tickets, requests.plant_enumeration, quiet.let_administrators_count,
    requests.plant_queries_without_tenant, access.plant_keys_in_links, access.plant_hashes_without_salt,
    access.plant_keys_that_should_be_gone, endings.plant_tenant_that_left,
    minimisation.plant_contacts_of_fairs, minimisation.plant_answers_of_the_mail_provider,
    minimisation.log_queries_for_half_a_year, minimisation.keep_what_was_there,
    reidentification.plant_a_census, reidentification.plant_published_results,
    reidentification.plant_lone_auditors, reidentification.plant_a_study,
    reidentification.plant_numbered_testers,
)  # fmt: skip
"""The order matters, as a row never carries two faults. Functions of `quiet` yield no finding."""


def plant(desk: Helpdesk) -> tuple[Expected, ...]:
    """Plant every fault and return what an audit must find."""
    return tuple(found for fault in FAULTS for found in fault(desk, desk.rng(fault.__name__)) or ())
