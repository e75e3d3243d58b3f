"""Signs of life for systemd (sd_notify(3), units of Type=notify with WatchdogSec=)."""

import contextlib
import os
import socket
from collections.abc import Mapping

# systemd's own advice is to ping at half the interval; a third leaves room for one that is late.
_PINGS_AN_INTERVAL = 3


class ServiceManager:
    """Tells systemd how the process is; does nothing where there is no systemd."""

    def __init__(self, address: str = "", watchdog_s: float = 0.0) -> None:
        """`address` is a datagram socket's path, or "@name"; `watchdog_s` 0: no pings wanted."""
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._every_s = watchdog_s / _PINGS_AN_INTERVAL
        self._next_s = 0.0
        self._socket: socket.socket | None = None
        if address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ServiceManager":
        """By NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID."""
        mine = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        interval = environment.get("WATCHDOG_USEC", "") if mine else ""
        watchdog_s = int(interval) / 1e6 if interval.isdigit() else 0.0
        return cls(environment.get("NOTIFY_SOCKET", ""), watchdog_s)

    def ready(self) -> None:
        """The process has started."""
        self._send("READY=1")

    def stopping(self) -> None:
        """The process is on its way out."""
        self._send("STOPPING=1")

    def beat(self, now_s: float) -> None:
        """The event loop runs: ping if it is time to."""
        if self._every_s and now_s >= self._next_s:
            self._next_s = now_s + self._every_s
            self._send("WATCHDOG=1")

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, message: str) -> None:
        if self._socket is not None:
            # A manager that does not listen is no reason to stop.
            with contextlib.suppress(OSError):
                self._socket.sendto(message.encode(), self._address)
