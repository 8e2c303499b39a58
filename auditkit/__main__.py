"""`python -m auditkit`, and the command `auditkit`."""

from __future__ import annotations

import sys

from auditkit.running import ended

INTERRUPTED = 130


def main() -> int:
    """Run the command and return its exit code; Ctrl-C ends it in order while it is being loaded too."""
    try:
        with ended.in_order():
            from auditkit.cli import main as run

            return run()
    except KeyboardInterrupt:
        sys.stderr.write("auditkit: stopped\n")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
