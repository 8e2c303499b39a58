"""What a notebook starts from: the source that is given, or the example where none is."""

from __future__ import annotations

from pathlib import Path

from auditkit.demo import Demo, write


def unless_given(
    source: str, policy: str = "", folder: str | Path = "demo"
) -> tuple[str | Path, str | Path | None]:
    """Return a source and its policy (None where it has none); without a source those of the example.

    The example is written into the folder when its database is not there yet; what is there is left as it is.

    >>> unless_given("app.sqlite"), unless_given("app.sqlite", "privacy.yaml")
    (('app.sqlite', None), ('app.sqlite', 'privacy.yaml'))
    """
    if source:
        return source, policy or None
    demo = Demo(Path(folder))
    if not demo.database.exists():
        demo = write(folder)
    return demo.database, policy or demo.policy
