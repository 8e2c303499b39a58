"""How expressions and SQL are written for MySQL and MariaDB."""

from __future__ import annotations

from auditkit.dataset.dialect import Dialect
from auditkit.dataset.engines.mysql.clock import moment
from auditkit.dataset.engines.mysql.errors import diagnose
from auditkit.dataset.engines.mysql.patterns import first_match

DIALECT = Dialect("mysql", moment=moment, first_match=first_match, diagnose=diagnose, logs_queries=True)
