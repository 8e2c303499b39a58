"""The source that a notebook starts from: the one that is given, or the example."""

from __future__ import annotations

from pathlib import Path

from auditkit.demo import Demo, write
from auditkit.report.secret_text import refuse_secret


def unless_given(
    source: str, policy: str = "", folder: str | Path = "demo"
) -> tuple[str | Path, str | Path | None]:
    """Return a source and its policy, or those of the example where no source is given.

    Args:
        source: the source; an empty text for the example.
        policy: the path of the policy; an empty text where there is no policy.
        folder: where the example is written. A database that is there already is left as it is.

    Raises:
        UsageError: the source has a password in it, which the notebook would keep.

    >>> unless_given("app.sqlite"), unless_given("app.sqlite", "privacy.yaml")
    (('app.sqlite', None), ('app.sqlite', 'privacy.yaml'))
    """
    refuse_secret(source)
    if source:
        return source, policy or None
    demo = Demo(Path(folder))
    if not demo.database.exists():
        demo = write(folder)
    return demo.database, policy or demo.policy
