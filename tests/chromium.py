"""Pages in a real browser: what Chromium makes of them, and what axe-core says about them.

Needs Chromium, and axe-core from `npm ci --prefix tests/browser`; without Chromium the tests are skipped.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MODULES = Path(__file__).parent / "browser" / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
DARK = "--blink-settings=preferredColorScheme=0"

needed = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"]
_PROBE = """
addEventListener("load", async () => {
  const found = {};
  %s
  if (window.axe) {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    found.violations = result.violations.map((v) => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 120)]);
    found.passes = result.passes.length;
  }
  const out = document.createElement("pre");
  out.id = "probe";
  out.textContent = JSON.stringify(found);
  document.body.append(out);
});
"""


def run(*arguments: str) -> str:
    """Return what the browser writes."""
    command = [str(CHROMIUM), *_FLAGS, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=180).stdout


def without_policy(page: str) -> str:
    """Return a page without its Content-Security-Policy, which would forbid a probe."""
    return re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)


def probed(page: str, folder: Path, script: str, *arguments: str) -> dict[str, Any]:
    """Return what a script notes in `found`, with what axe-core says where it is installed."""
    axe = AXE.read_text(encoding="utf-8") if AXE.exists() else ""
    path = folder / "page.html"
    probe = f"<script>{axe}</script><script>{_PROBE % script}</script></body>"
    path.write_text(without_policy(page).replace("</body>", probe), encoding="utf-8")
    dom = run("--virtual-time-budget=60000", *arguments, "--dump-dom", path.as_uri())
    found = re.search(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None, "the probe did not end"
    return dict(json.loads(unescape(found[1])))


def check_accessible(found: dict[str, Any]) -> None:
    """Fail where axe-core found a violation; skip where it is not installed."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/browser")
    assert found["violations"] == []
    assert found["passes"] > 15
