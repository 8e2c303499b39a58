"""The kernel that runs a notebook, and why a run stopped.

The kernel is the interpreter that runs auditkit. It keeps no history, reads no configuration of the user, and
talks over Unix sockets in a private folder, or over the loopback with a key where their paths are too long.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from auditkit.errors import ReadableError
from auditkit.notebooks.parameters import Parameter
from auditkit.report import selfscan
from auditkit.report.scrub import Notebook, without_paths

_OWN_ERRORS = frozenset({"SourceError", "PolicyError", "PersonalValueError"})
"""Errors whose texts never hold a value, so that they can be printed. Any other text is withheld."""

LONGEST_SOCKET = 100
"""Bytes of the path of a Unix socket; macOS has room for 104, Linux for 108."""


class NotebookError(ReadableError, RuntimeError):
    """A notebook stopped before its end.

    Attributes:
        notebook: the name of the notebook.
        cell: the number of the code cell that failed, from 1; None where no cell failed.
        error: the type of the error.
        reason: what can be shown of the error without a value of the data; may be empty.
    """

    def __init__(self, notebook: str, cell: int | None, error: str, reason: str = "") -> None:
        self.notebook, self.cell, self.error, self.reason = notebook, cell, error, reason
        place = f" in code cell {cell}" if cell else ""
        tail = f": {reason}" if reason else " (its text is withheld, as it may hold data)"
        super().__init__(f"{notebook} stopped{place} with {error}{tail}")


def execute(
    source: Path,
    target: Path,
    parameters: Mapping[str, Parameter],
    private: Path,
    timeout: int | None,
    environment: Mapping[str, str],
) -> NotebookError | None:
    """Run a notebook with papermill; return what stopped it, or None.

    Args:
        source: the notebook.
        target: where papermill writes the executed notebook.
        parameters: the parameters to set.
        private: a private folder, for the files of the kernel.
        timeout: seconds that a cell may take; None for no limit.
        environment: variables of the kernel, besides those of this process.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    kernel = _kernel_manager(private, environment)
    transport = {
        "transport": transport_in(private),
        "connection_file": str(private / "k.json"),
    }
    try:
        papermill.execute_notebook(
            str(source), str(target), parameters=dict(parameters), kernel_name="python3", language="python",
            progress_bar=False, log_output=False, execution_timeout=timeout, kernel_manager_class=kernel,
            config=Config({kernel.__name__: transport, "AsyncKernelManager": transport}),
        )  # fmt: skip
    except papermill.PapermillExecutionError as error:
        return NotebookError(source.name, _failed_cell(target), error.ename, _printable_text(error))
    except CellTimeoutError:
        reason = f"no answer within {timeout} seconds"
        return NotebookError(source.name, _failed_cell(target), "CellTimeoutError", reason)
    except DeadKernelError:
        reason = "the kernel died, usually because memory ran out: bound the run with a sample"
        return NotebookError(source.name, _failed_cell(target), "DeadKernelError", reason)
    except (RuntimeError, OSError) as error:
        return NotebookError(source.name, None, type(error).__name__, "the kernel did not start")
    return None


def transport_in(private: Path) -> str:
    """Return how to talk with a kernel whose files are in a folder: a Unix socket has room for a short path.

    >>> transport_in(Path("/tmp/auditkit-1")), transport_in(Path("/tmp") / ("long" * 30))
    ('ipc', 'tcp')
    """
    fits = len(os.fsencode(private / "k-ipc-5")) <= LONGEST_SOCKET
    return "ipc" if os.name == "posix" and fits else "tcp"


def _kernel_manager(private: Path, environment: Mapping[str, str]) -> type[Any]:
    """Return the class that starts the kernel.

    Start-up files of a user may print, and a history would be a copy of the code with its parameters, so the
    kernel has neither.
    """
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    homes = "IPYTHONDIR JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_RUNTIME_DIR".split()
    variables = {**environment, **{name: str(private / name.lower()) for name in homes}}
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    command.append("--HistoryManager.enabled=False")

    class PrivateKernel(AsyncKernelManager):
        """A kernel of this interpreter, whatever kernels the user has installed.

        What it prints outside of cells is dropped.
        """

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(argv=command, env=variables, language="python", display_name="Python 3")

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            await super().start_kernel(**{**quiet, **options})

    return PrivateKernel


def read(path: Path) -> Notebook:
    """Return the notebook in a file."""
    return cast(Notebook, json.loads(path.read_text(encoding="utf-8")))


def _printable_text(error: Any) -> str:
    """Return the text of an error of ours, or the meaning of a system error; empty for any other error."""
    text = str(error.evalue) if error.ename in _OWN_ERRORS else ""
    if number := re.match(r"\[Errno (\d+)\]", str(error.evalue)):
        text = os.strerror(int(number[1]))
    return "" if selfscan.kinds_in(text) else str(without_paths(text))


def _failed_cell(path: Path) -> int | None:
    """Return the number of the code cell in which a run stopped: the last that papermill has started.

    The cell that papermill has added for the parameters does not count.
    """
    cells = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code" and not _is_injected(cell)]
    started = [n for n, cell in enumerate(cells, 1) if _started(cell)]
    return started[-1] if started else None


def _is_injected(cell: Mapping[str, Any]) -> bool:
    return "injected-parameters" in cell["metadata"].get("tags", ())


def _started(cell: Mapping[str, Any]) -> bool:
    return bool(cell["metadata"].get("papermill", {}).get("start_time"))
