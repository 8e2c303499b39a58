"""Refuse every socket but Unix sockets and loopback, and every look-up of another name.

It is on the PYTHONPATH of the tests' child processes, their kernels included. A test that starts Python
without it fails.
"""

import ipaddress
import os
import sys

NAMES = {"localhost", "", None}


def _is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


LOOK_UPS = frozenset(
    {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
)
HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 (pathlib would slow every child)
_UNGUARDED = {"-I", "-E", "-S"}


def refuse(event: str, arguments: tuple, look_ups: frozenset = LOOK_UPS) -> None:
    """Raise for what leaves this machine, and for a child process that nothing would watch.

    The hook outlives this module's names: Python takes them away before its last events.
    """
    if (
        event in ("socket.connect", "socket.sendto", "socket.sendmsg")
        and isinstance(arguments[1], tuple)
        and not _is_local(arguments[1][0])
    ):
        raise ConnectionError(f"auditkit's tests refuse {event} to a remote address")
    if event in look_ups:
        host = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
        if not _is_local(host):
            raise ConnectionError(f"auditkit's tests refuse {event} of a remote name")
    if event == "subprocess.Popen" and not _is_watched(*arguments):
        raise ConnectionError("auditkit's tests refuse a Python process that could reach the network")


def _is_watched(executable: object, arguments: object, _folder: object, environment: object) -> bool:
    """Return whether a new process is no Python, or has this guard."""
    words = [os.fsdecode(a) for a in arguments] if isinstance(arguments, list | tuple) else [str(arguments)]
    program = os.fsdecode(executable) if isinstance(executable, str | bytes | os.PathLike) else words[0]
    if not os.path.basename(program).startswith("python"):  # noqa: PTH119
        return True
    options = words[1 : next((i for i, w in enumerate(words) if w in ("-c", "-m")), len(words))]
    kept = os.environ if environment is None else environment
    return not _UNGUARDED & {*options} and HERE in str(dict(kept).get("PYTHONPATH", ""))


sys.addaudithook(refuse)
