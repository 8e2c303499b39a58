"""Files and frames become tables of the local database; no file is written, and none is read twice."""

from __future__ import annotations
