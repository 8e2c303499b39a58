"""The example: a helpdesk that several companies share, with planted faults and the list of all findings.

A seeded generator makes everything up. The same seed gives the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from auditkit.demo.expected import to_json
from auditkit.demo.faults import plant
from auditkit.demo.helpdesk import AS_OF
from auditkit.demo.schema import save
from auditkit.demo.tables import build

__all__ = ["AS_OF", "SEED", "Demo", "write"]

SEED = 2016_679
"""The number of the GDPR: Regulation (EU) 2016/679."""
TICKETS = 2_600


@dataclass(frozen=True)
class Demo:
    """The files of the example in a folder."""

    folder: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "helpdesk.sqlite"

    @property
    def policy(self) -> Path:
        """The policy, `privacy.yaml`."""
        return self.folder / "privacy.yaml"

    @property
    def expected(self) -> Path:
        """The list of what an audit must find."""
        return self.folder / "expected.json"


def write(folder: str | Path, *, seed: int = SEED, tickets: int = TICKETS) -> Demo:
    """Write the example into a folder and return its files; older files of the same names are replaced.

    Args:
        folder: is created where it does not exist.
        seed: another seed gives other rows with the same kinds of faults.
        tickets: how many tickets there are; at least a thousand, so that there is room for the faults.
    """
    demo = Demo(Path(folder))
    demo.folder.mkdir(parents=True, exist_ok=True)
    desk = build(seed, tickets)
    expected = plant(desk)
    save(desk.tables, demo.database)
    demo.expected.write_text(to_json(expected), encoding="utf-8")
    policy = files(__package__).joinpath("privacy.yaml").read_text(encoding="utf-8")
    demo.policy.write_text(policy, encoding="utf-8")
    return demo
