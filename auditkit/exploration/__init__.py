"""What data holds, before anybody has stated anything: everything that needs no promise, in one call.

The source is profiled and a policy is drafted. The audit then runs with the draft as a *preview*: it takes
the proposed quasi-identifiers, subjects, references and tenants as right, so that a reader sees what they
would mean. Nobody has stated them, and every output says so.
"""

from auditkit.exploration.exploration import Exploration
from auditkit.exploration.explore import explore
from auditkit.exploration.hiding import Hiding
from auditkit.exploration.statements import Statement

__all__ = ["Exploration", "Hiding", "Statement", "explore"]
