"""Pages of one file: they load nothing, and run the scripts that are written into them and no other."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

from auditkit.html_tables import safe

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src {}; img-src data:"


def content_policy(*scripts: str) -> str:
    """Return the Content-Security-Policy of a page: it loads and sends nothing, and runs these scripts alone.

    >>> content_policy("1")
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='; img-src data:"
    >>> content_policy()
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'none'; img-src data:"
    """  # noqa: E501
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return _POLICY.format(" ".join(f"'sha256-{digest}'" for digest in digests) or "'none'")


def page(title: str, style: str, body: Markup, *scripts: str, language: str = "en") -> str:
    """Return a page of one file.

    Args:
        title: its title.
        style: its style sheet.
        body: what it shows, with its own landmarks.
        scripts: its scripts, which run in this order.
        language: the code of its language.
    """
    shape = Markup(
        '<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<title>{}</title>\n<style>{}</style>\n</head>\n'
        "<body>\n{}\n{}\n</body>\n</html>\n"
    )
    run = Markup("\n").join(Markup("<script>{}</script>").format(Markup(script)) for script in scripts)
    return str(
        shape.format(language, Markup(content_policy(*scripts)), safe(title), Markup(style), body, run)
    )
