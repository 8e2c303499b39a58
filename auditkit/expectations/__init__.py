"""Suites for Great Expectations: the row checks of a policy, for pipelines without auditkit.

`compile` makes suites from an open source and a policy, `write` puts them into a folder, and `run` runs them
with Great Expectations.
"""

from __future__ import annotations

from auditkit.expectations.compilation import compile
from auditkit.expectations.suite import Suite, write
from auditkit.expectations.validation import Result, run

__all__ = ["Result", "Suite", "compile", "run", "write"]
