"""Run the notebooks in JupyterLab, in a browser without a window, and take pictures: `python -m tools.lab`.

Needs Chromium, node, and `npm ci --prefix tests/browser`. The pictures are in `build/lab`.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import nbformat

from auditkit import notebooks

ROOT = Path(__file__).parents[1]
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NODE = shutil.which("node")
SCRIPT = ROOT / "tests" / "browser" / "lab.mjs"
_PATIENCE = 120


def missing() -> str:
    """Return what is not installed, in words; empty where everything is."""
    modules = SCRIPT.parent / "node_modules" / "playwright-core"
    found = {"Chromium": BROWSER, "node": NODE, "playwright-core": modules.exists()}
    return ", ".join(name for name, place in found.items() if not place)


def copied(names: Iterable[str], folder: Path, parameters: Mapping[str, object]) -> list[Path]:
    """Copy notebooks into a folder with these values in place of their own parameters; return the copies."""
    copies = []
    for name in names:
        book = nbformat.read(notebooks.find(name), as_version=4)  # type: ignore[no-untyped-call]
        (cell,) = (c for c in book.cells if "parameters" in c.metadata.get("tags", ()))
        known = {line.partition(":")[0] for line in cell.source.splitlines()}
        cell.source += "".join(f"\n{name} = {value!r}" for name, value in parameters.items() if name in known)
        copies.append(folder / f"{name}.ipynb")
        nbformat.write(book, copies[-1])  # type: ignore[no-untyped-call]
    return copies


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run JupyterLab on a folder and yield its address; its settings are in a folder of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    settings = folder / ".jupyter"
    homes = {f"JUPYTER_{kind}_DIR": str(settings / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    homes |= {"IPYTHONDIR": str(settings / "ipython")}
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    options = {
        "ServerApp.ip": "127.0.0.1", "ServerApp.port": port, "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder, "ServerApp.open_browser": False, "ServerApp.allow_root": True,
        "IdentityProvider.token": token, "LabApp.expose_app_in_browser": True, "LabApp.news_url": "None",
        "LabServerApp.workspaces_dir": settings / "workspaces", "LabApp.user_settings_dir": settings / "user",
    }  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", *(f"--{key}={value}" for key, value in options.items())]
    log = folder / ".jupyterlab.log"
    with log.open("w", encoding="utf-8") as out:
        environment = {**os.environ, **homes, "PYTHONPATH": path}
        running = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=environment)
        try:
            _wait(f"http://127.0.0.1:{port}/api?token={token}", running, log)
            yield f"http://127.0.0.1:{port}/?token={token}"
        finally:
            running.terminate()
            running.wait(timeout=60)


def _wait(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(2 * _PATIENCE):
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            if running.poll() is not None:
                break
            time.sleep(0.5)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text(encoding='utf-8')[-2000:]}")


def run_all(address: str, notebook: Path, pictures: Path) -> dict[str, Any]:
    """Run every cell of a notebook and return what came of it, with a picture of it in each theme."""
    pictures.mkdir(parents=True, exist_ok=True)
    command = [str(NODE), str(SCRIPT), str(BROWSER), address, notebook.name, str(pictures / notebook.stem)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        raise RuntimeError(f"{notebook.name} did not run in JupyterLab: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout))


def main() -> int:
    """Run all shipped notebooks on the example, or those that are named; return 1 where one has an error."""
    if absent := missing():
        print(f"not installed: {absent}; npm ci --prefix tests/browser")
        return 2
    failed = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        names = sys.argv[1:] or notebooks.available()
        copies = copied(names, folder, {"source": "demo", "as_of": "2026-11-22"})
        with server(folder) as address:
            for notebook in copies:
                found = run_all(address, notebook, ROOT / "build" / "lab")
                print(notebook.stem, json.dumps(found))
                failed += bool(found["errors"] or found["run"] < found["cells"] or found["foreign"])
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
