"""MySQL and MariaDB, over a read-only session of PyMySQL that is handed to Ibis.

A user without any right on a table does not even see that it exists: such tables cannot be named.
"""

from __future__ import annotations

from auditkit.dataset.engines.mysql.engine import MySQL

ENGINES = (MySQL,)
