"""Safe papermill runs: parameters are checked before, and what leaves is scrubbed and looked through after.

Papermill keeps every parameter twice, with absolute paths, and writes exception texts, which may hold values
of the data, into the notebook. So a notebook runs in a private folder, over Unix sockets, in this
interpreter, without history; only the scrubbed copy reaches its place, whole or not at all.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from auditkit.assess import BUDGET, last, refuse, runs_of
from auditkit.budget import text as time_text
from auditkit.errors import UsageError
from auditkit.policy import Policy
from auditkit.report import folder as run_folder
from auditkit.report import manifest, selfscan
from auditkit.report.scrub import Notebook, scrub, without_paths
from auditkit.running import lock
from auditkit.vocabulary import did_you_mean

Parameter = str | int | float | bool

ASSESSMENT = "privacy_impact_assessment"
TIMEOUT = 6 * 3600
"""Seconds a cell may take: an audit is one cell, and a large database takes hours."""

_SECRET_NAME = re.compile(r"(?i)password|passwd|pwd$|secret|token|credential|api_?key|private_?key|^key$|dsn")
_SECRET_VALUE = re.compile(r"(?i)://[^/\s]*:[^@/\s]*@|(?:password|passwd|pwd|secret|token|api_?key)\s*=")
_OWN_ERRORS = frozenset({"SourceError", "PolicyError", "PersonalValueError"})
"""Errors whose text is made to be printed: it never holds a value. Any other text is withheld."""


class NotebookError(RuntimeError):
    """A notebook did not run to its end.

    Attributes:
        notebook: its name.
        cell: the number of the code cell that failed, from 1; None where no cell did.
        error: the name of the exception's type.
        reason: what is known without a value of the data; empty where nothing is.
    """

    def __init__(self, notebook: str, cell: int | None, error: str, reason: str = "") -> None:
        self.notebook, self.cell, self.error, self.reason = notebook, cell, error, reason
        place = f" in code cell {cell}" if cell else ""
        tail = f": {reason}" if reason else " (its text is withheld, it may hold data)"
        super().__init__(f"{notebook} stopped{place} with {error}{tail}")


def folder(name: str = "notebooks") -> Path:
    """Return where the shipped files of that name are: in a wheel, an editable install or a plain checkout.

    Raises:
        FileNotFoundError: the package was installed without them.
    """
    here = Path(__file__).resolve().parent
    for place in (here / "_shipped" / name, here.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name} was not installed with auditkit; install the wheel again")


def available() -> tuple[str, ...]:
    """Return the names of the shipped notebooks."""
    return tuple(sorted(path.stem for path in folder().glob("*.ipynb")))


def copy(destination: str | Path) -> tuple[Path, ...]:
    """Copy the shipped notebooks into a folder, to be worked on there; return the copies.

    Raises:
        FileExistsError: a file of that name is there already; nothing is copied.
    """
    target = Path(destination)
    pairs = [(path, target / path.name) for path in sorted(folder().glob("*.ipynb"))]
    if there := [copied.name for _, copied in pairs if copied.exists()]:
        raise FileExistsError(f"{target.name} already has {', '.join(there)}; choose another folder")
    target.mkdir(parents=True, exist_ok=True)
    return tuple(Path(shutil.copyfile(source, copied)) for source, copied in pairs)


def run(
    notebook: str | Path,
    parameters: Mapping[str, Parameter],
    out: str | Path,
    *,
    timeout: int | None = TIMEOUT,
    allowed: selfscan.Allowed | None = None,
    environment: Mapping[str, str] | None = None,
) -> Path:
    """Run a notebook and write its scrubbed copy to `out`, a file that must not be there yet; return its
    path.

    Args:
        notebook: the name of a shipped notebook, or the path of any.
        parameters: what to set; their names and types are those of the cell tagged `parameters`.
        out: the file to write. When the notebook fails, `NAME.failed.ipynb` beside it is all that is left.
        timeout: seconds that a cell may take; None for no limit.
        allowed: the literals the copy may hold although they look like personal values.
        environment: variables of the kernel, beside those of this process.

    Raises:
        ValueError: a parameter is unknown, of the wrong type, or a secret.
        FileExistsError: `out` is there already.
        NotebookError: a cell failed, took too long, or the kernel died.
        PersonalValueError: the copy would have held what looks like a personal value.
    """
    source, target = find(notebook), Path(out)
    if target.exists():
        raise FileExistsError(f"{target.name} is there already; nothing is overwritten")
    checked = check_parameters(source, parameters)
    with _private_folder() as private:
        failure = _execute(source, private / "executed.ipynb", checked, private, timeout, environment or {})
        if not (private / "executed.ipynb").exists():
            raise failure or NotebookError(source.name, None, "no output")
        clean = scrub(_read(private / "executed.ipynb"), _known_paths(checked, private))
        text = json.dumps(clean, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        place = target.with_name(f"{target.stem}.failed.ipynb") if failure else target
        try:
            selfscan.check(source.name, text, allowed)
        except selfscan.PersonalValueError as error:
            raise failure or error from None
        write_private(place, text)
    if failure:
        raise failure
    return target


def assess(
    source: str,
    policy: str | Path | None,
    out: str | Path = "reports",
    *,
    as_of: date | str | None = None,
    sample: int | None = None,
    previous: str | Path | None = None,
    view: str | None = None,
    timeout: int | None = TIMEOUT,
    budget: timedelta | None = None,
) -> Path:
    """Run the notebook of the privacy impact assessment with papermill; return the path of `report.html`.

    The scrubbed notebook lies in the run folder beside the report. Everything is made in a private folder
    inside `out`, sealed with its manifest, and moved to its place in one step; when the run fails,
    `<name>/<run id>.failed.ipynb` is all that is left. The parameters are those of
    `auditkit.assess.report`; without a `previous` run the last one of the same policy in `out` is
    compared with.

    Raises:
        ValueError: a parameter is not possible (see `auditkit.assess.refuse`), or is a secret.
        PolicyError: the policy cannot be read.
        RunLocked: another run of the policy into `out` is under way.
        NotebookError: the notebook did not run to its end.
        PersonalValueError: the notebook would have held a personal value.
    """
    refuse(source, as_of=as_of, sample=sample, previous=previous, view=view)
    declared = (
        Policy.load(policy) if policy else None
    )  # before a kernel starts: an error of the policy is the commonest
    base = Path(out).absolute()
    with lock.held(runs_of(base, declared)):
        page = _assessed(base, declared, {
            "source": source, "policy": str(policy or ""), "as_of": str(as_of or ""),
            "sample": int(sample or 0), "previous": str(previous or ""), "view": view or "",
        }, timeout, {BUDGET: time_text(budget)} if budget else {})  # fmt: skip
    return page if Path(out).is_absolute() else Path(os.path.relpath(page))


def _assessed(
    base: Path,
    policy: Policy | None,
    parameters: Mapping[str, Parameter],
    timeout: int | None,
    environment: Mapping[str, str],
) -> Path:
    """Run the notebook of the assessment in a folder of its own inside `base`; return where its page was
    moved.
    """
    before = (
        manifest.latest(runs_of(base, policy), policy.name) if policy and not parameters["previous"] else None
    )
    earlier = {"previous": str(before.folder)} if before and last(before.folder.parent, before.chain) else {}
    staging = Path(tempfile.mkdtemp(dir=base, prefix=".run-"))
    executed = staging / f"{ASSESSMENT}.ipynb"
    told = {**parameters, **earlier, "out": str(staging / "runs")}
    try:
        run(
            ASSESSMENT,
            told,
            executed,
            timeout=timeout,
            allowed=run_folder.allowance(policy),
            environment=environment,
        )
        (made,) = (staging / "runs").glob("*/*/report.html")
        executed.rename(made.parent / executed.name)
        target = base / made.parent.parent.name / made.parent.name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        manifest.seal(
            made.parent, target.parent
        )  # again: now with the notebook, and after the runs that are really there
        made.parent.rename(target)
        return target / made.name
    except BaseException as error:
        failed = run_folder.place(base, policy.name if policy else "")
        for left in staging.rglob("*.failed.ipynb"):
            failed.parent.mkdir(mode=0o700, exist_ok=True)
            left.rename(failed.with_name(f"{failed.name}.failed.ipynb"))
        if isinstance(error, selfscan.PersonalValueError):
            run_folder.leave_note(failed, str(error))
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def find(notebook: str | Path) -> Path:
    """Return the path of a notebook: a shipped one by its name, or any by its path.

    Raises:
        FileNotFoundError: there is none; says which notebooks are shipped.
    """
    path = Path(notebook)
    if path.suffix == ".ipynb" and path.is_file():
        return path
    shipped = folder() / f"{path.name.removesuffix('.ipynb')}.ipynb"
    if path.parent == Path() and shipped.is_file():
        return shipped
    names = available()
    raise FileNotFoundError(
        f"there is no notebook {path.name}.{did_you_mean(path.stem, names)} Shipped: {', '.join(names)}"
    )


def check_parameters(notebook: Path, parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Return the parameters as they will be set: papermill only warns of one it does not know, and runs on
    with the defaults.

    Raises:
        ValueError: a parameter is unknown (with a did-you-mean), of the wrong type, or a secret. Its value is
            never shown.
    """
    import papermill

    known = papermill.inspect_notebook(str(notebook))
    for name, value in parameters.items():
        if name not in known:
            raise UsageError(
                f"{notebook.name} has no parameter {name!r}.{did_you_mean(name, known)} It has:"
                f" {', '.join(known)}"
            )
        expected = _type_of(known[name])
        if expected and type(value).__name__ != expected:
            raise UsageError(
                f"the parameter {name} of {notebook.name} is of type {expected}, not {type(value).__name__}"
            )
        looks_secret = isinstance(value, str) and (
            _SECRET_VALUE.search(value) or {"key", "token", "password in a URL"} & {*selfscan.kinds_in(value)}
        )
        if _SECRET_NAME.search(name) or looks_secret:
            raise UsageError(
                f"the parameter {name} of {notebook.name} looks like a secret: a notebook keeps its"
                " parameters. Put the URL into an environment variable and pass its name, as env:NAME"
            )
    return dict(parameters)


def write_private(path: Path, text: str) -> None:
    """Write a text file of mode 0600, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _type_of(parameter: Mapping[str, Any]) -> str:
    """Return the name of a parameter's type: as annotated, else that of its default."""
    if parameter["inferred_type_name"] in {"str", "int", "float", "bool"}:
        return str(parameter["inferred_type_name"])
    try:
        return type(ast.literal_eval(parameter["default"])).__name__
    except (ValueError, SyntaxError):
        return ""


@contextmanager
def _private_folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="auditkit-"))  # mkdtemp makes it 0700
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _execute(
    source: Path,
    target: Path,
    parameters: Mapping[str, Parameter],
    private: Path,
    timeout: int | None,
    environment: Mapping[str, str],
) -> NotebookError | None:
    """Run a notebook in a kernel of this interpreter; return what stopped it."""
    import papermill
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    # No history and no user configuration: start-up files print, and history is a copy of the code with its
    # parameters.
    private_homes = {
        n: str(private / n.lower())
        for n in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    command = [
        sys.executable,
        "-m",
        "ipykernel_launcher",
        "-f",
        "{connection_file}",
        "--HistoryManager.enabled=False",
    ]

    class Own(AsyncKernelManager):
        """The kernel of the running interpreter, whatever kernelspecs the user has; what it prints outside
        cells goes nowhere.
        """

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(
                argv=command, env={**environment, **private_homes}, language="python", display_name="Python 3"
            )

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            await super().start_kernel(
                **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
            )

    transport = {
        "transport": "ipc" if os.name == "posix" else "tcp",
        "connection_file": str(private / "k.json"),
    }
    try:
        papermill.execute_notebook(
            str(source), str(target), parameters=dict(parameters), kernel_name="python3", language="python",
            progress_bar=False, log_output=False, execution_timeout=timeout, kernel_manager_class=Own,
            config=Config({"Own": transport, "AsyncKernelManager": transport}),
        )  # fmt: skip
    except papermill.PapermillExecutionError as error:
        return NotebookError(source.name, _failed_cell(_read(target)), error.ename, _own_words(error))
    except CellTimeoutError:
        return NotebookError(
            source.name,
            _failed_cell(_read(target)),
            "CellTimeoutError",
            f"no answer within {timeout} seconds",
        )
    except DeadKernelError:
        reason = "the kernel died; the usual cause is too little memory: bound the run with a sample"
        return NotebookError(source.name, _failed_cell(_read(target)), "DeadKernelError", reason)
    except (RuntimeError, OSError) as error:
        return NotebookError(source.name, None, type(error).__name__, "the kernel did not start")
    return None


def _own_words(error: Any) -> str:
    """Return an exception's text where it is one of ours, which are made to be printed; of the system's only
    what its number means.
    """
    text = str(error.evalue) if error.ename in _OWN_ERRORS else ""
    if number := re.match(r"\[Errno (\d+)\]", str(error.evalue)):
        text = os.strerror(int(number[1]))
    return "" if selfscan.kinds_in(text) else str(without_paths(text))


def _read(path: Path) -> Notebook:
    return cast(Notebook, json.loads(path.read_text(encoding="utf-8")))


def _failed_cell(notebook: Notebook) -> int | None:
    """Return the number of the code cell in which the run stopped: the last that papermill has started, of
    those it did not inject.
    """
    cells = [
        c
        for c in notebook["cells"]
        if c["cell_type"] == "code" and "injected-parameters" not in c["metadata"].get("tags", ())
    ]
    started = [n for n, c in enumerate(cells, 1) if c["metadata"].get("papermill", {}).get("start_time")]
    return started[-1] if started else None


def _known_paths(parameters: Mapping[str, Parameter], private: Path) -> tuple[str, ...]:
    """Return the folders that may show in outputs, the longest first."""
    folders = {private, Path.cwd(), Path.home(), Path(sys.prefix), Path(__file__).resolve().parent.parent}
    folders |= {
        Path(v).absolute().parent
        for v in parameters.values()
        if isinstance(v, str) and os.sep in v and "://" not in v
    }
    folders |= {
        Path(v).absolute()
        for v in parameters.values()
        if isinstance(v, str) and Path(v).is_absolute() and Path(v).is_dir()
    }
    names = {str(form) for f in folders for form in (f, f.resolve())} - {"/"}
    return tuple(sorted(names, key=lambda n: (-len(n), n)))
