"""The policy: what an organisation declares about one processing of personal data.

`Policy` reads one YAML file. Each block of the file is a class here, with a description of every key:

- `processing`: who is responsible, and for what purposes
- `tables`, `retention`, `disclosure`, `credentials`: what is declared about each table
- `tenancy`, `roles`, `environments`: what separates tenants, database roles, and production from tests
- `logs`: the tables that record accesses, erasures, withdrawals, deletions and holds
- `detection`: what else to look for, and what is not personal
- `waivers`, `statements`: what people accept, attest and decide

The reference of the policy file and its JSON Schema are made from these classes. A block is immutable and
accepts only its own keys. A key that is absent or null is undeclared; the policy loads without it.

Conditions (`predicate`, `syntax`), periods (`period`) and patterns (`pattern`) are small languages of their
own. `load` reads the YAML and finds the line of every problem; `error` is how problems are shown.
"""

from auditkit.policy.error import NoColumnError, PolicyError, Problem
from auditkit.policy.period import Period
from auditkit.policy.policy import Policy
from auditkit.policy.processing import Purpose
from auditkit.policy.retention import RetentionRule
from auditkit.policy.tables import ColumnPolicy, Subject, TablePolicy
from auditkit.policy.tenancy import Tenancy

__all__ = [
    "ColumnPolicy", "NoColumnError", "Period", "Policy", "PolicyError", "Problem", "Purpose", "RetentionRule",
    "Subject", "TablePolicy", "Tenancy",
]  # fmt: skip
