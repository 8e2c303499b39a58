"""The record of an audit: what it found, as data, and what changed from one audit to another."""

from auditkit.record.difference import Difference
from auditkit.record.groups import Group
from auditkit.record.next_step import next_step, policy_key
from auditkit.record.record import AuditRecord

__all__ = ["AuditRecord", "Difference", "Group", "next_step", "policy_key"]
