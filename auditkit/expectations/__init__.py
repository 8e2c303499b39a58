"""Suites for Great Expectations: the checks of a policy that SQL can tell, for pipelines in which auditkit is
not installed.

`compile` makes them of an open dataset and a policy, `write` puts them into a folder, `run` has Great
Expectations run them.
"""

from __future__ import annotations

from auditkit.expectations.compilation import compile
from auditkit.expectations.example import pages
from auditkit.expectations.suite import Suite, write
from auditkit.expectations.validation import Result, run

__all__ = ["Result", "Suite", "compile", "pages", "run", "write"]
