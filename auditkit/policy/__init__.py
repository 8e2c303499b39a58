"""What is declared: the policy file of one processing, its language of conditions, and the arithmetic of its
periods.
"""

from auditkit.policy.error import NoColumnError, PolicyError, Problem
from auditkit.policy.models import ColumnPolicy, Purpose, RetentionRule, Subject, TablePolicy, Tenancy
from auditkit.policy.period import Period
from auditkit.policy.policy import Policy

__all__ = [
    "ColumnPolicy", "NoColumnError", "Period", "Policy", "PolicyError", "Problem", "Purpose", "RetentionRule",
    "Subject", "TablePolicy", "Tenancy",
]  # fmt: skip
