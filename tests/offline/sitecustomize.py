"""Refuse every socket but Unix sockets and loopback; on PYTHONPATH of the tests' child processes, their
kernels included.
"""

import ipaddress
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


def refuse(event: str, arguments: tuple) -> None:
    if (
        event in ("socket.connect", "socket.sendto")
        and isinstance(arguments[1], tuple)
        and not _is_local(arguments[1][0])
    ):
        raise ConnectionError(f"auditkit's tests refuse {event} to a remote address")
    if event in ("socket.getaddrinfo", "socket.gethostbyname") and not _is_local(arguments[0]):
        raise ConnectionError(f"auditkit's tests refuse {event} of a remote name")


sys.addaudithook(refuse)
