"""The example: a helpdesk that many companies share, with planted faults, its policy, and the exact list of
what must be found.

Everything in it is made up by a seeded generator; the same seed gives the same rows.
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

SEED = 2016_679  # the number of the regulation
TICKETS = 2_600


@dataclass(frozen=True)
class Demo:
    """Where the example lies."""

    folder: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "helpdesk.sqlite"

    @property
    def policy(self) -> Path:
        """Its `privacy.yaml`."""
        return self.folder / "privacy.yaml"

    @property
    def expected(self) -> Path:
        """The list of what an audit must find."""
        return self.folder / "expected.json"


def write(folder: str | Path, *, seed: int = SEED, tickets: int = TICKETS) -> Demo:
    """Write the example into a folder and return where its parts lie; what is there under these names is
    replaced.

    Args:
        folder: is made where it does not exist.
        seed: another seed gives other rows, with as many faults.
        tickets: how many; at least a thousand, so that there is room for the faults.
    """
    demo = Demo(Path(folder))
    demo.folder.mkdir(parents=True, exist_ok=True)
    desk = build(seed, tickets)
    expected = plant(desk)
    save(desk.tables, demo.database)
    demo.expected.write_text(to_json(expected), encoding="utf-8")
    demo.policy.write_text(
        files(__package__).joinpath("privacy.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    return demo
