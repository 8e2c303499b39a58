"""The source that a notebook starts from: the one that is set, or the example where `demo` is set."""

from __future__ import annotations

from pathlib import Path

from auditkit.demo import Demo, write
from auditkit.errors import UsageError
from auditkit.report.secret_text import refuse_secret
from auditkit.running.injected import refuse_unknown

DEMO = "demo"


def chosen(
    source: str | Path, policy: str | Path = "", folder: str | Path = DEMO
) -> tuple[str | Path, str | Path | None]:
    """Return the source and the policy of a notebook, or those of the example where the source is `demo`.

    Args:
        source: the source.
        policy: the path of the policy; an empty text where there is no policy.
        folder: where the example is written. A database that is there already is left as it is.

    Raises:
        UsageError: no source is set; or the notebook does not have a parameter that was set; or the source
            has a password in it, which the notebook would keep.

    >>> chosen("app.sqlite"), chosen("app.sqlite", "privacy.yaml")
    (('app.sqlite', None), ('app.sqlite', 'privacy.yaml'))
    """
    refuse_unknown()
    if not str(source).strip():
        raise UsageError(
            "set `source` in the cell of parameters: a file, a folder, a pattern, or env:NAME; 'demo' shows"
            " the example"
        )
    refuse_secret(str(source))
    if source != DEMO:
        return source, policy or None
    demo = Demo(Path(folder))
    if not demo.database.exists():
        demo = write(folder)
    return demo.database, policy or demo.policy
