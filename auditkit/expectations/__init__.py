"""Suites for Great Expectations: checks of a policy as SQL, for pipelines without auditkit.

`compile` makes the suites from an open dataset and a policy, `write` puts them into a folder, and `run` has
Great Expectations run them.
"""

from __future__ import annotations

from auditkit.expectations.compilation import compile
from auditkit.expectations.suite import Suite, write
from auditkit.expectations.validation import Result, run

__all__ = ["Result", "Suite", "compile", "run", "write"]
