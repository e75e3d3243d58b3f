"""The UDP ports that calls' RTP arrives on."""

import errno
import ipaddress
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from agent.media.errors import NoFreePort


@dataclass(frozen=True, slots=True)
class PortRange:
    """Ports from `first` to `last`, both included; RTP uses the even ones (RFC 3550, 11)."""

    first: int
    last: int

    def even_ports(self, start: int) -> Iterator[int]:
        """Every even port once, beginning with the `start`th and wrapping round."""
        ports = range(self.first + self.first % 2, self.last + 1, 2)
        for index in range(len(ports)):
            yield ports[(start + index) % len(ports)]


def bind_rtp_socket(bind_host: str, ports: PortRange) -> socket.socket:
    """A non-blocking UDP socket on a free even port of the range.

    The search begins at a random port: one that a call has just given back would still get that
    call's last packets.

    Raises:
        NoFreePort: all are in use, or `bind_host` isn't an address of this machine.
    """
    place = f"[media] ports {ports.first}-{ports.last} on {bind_host}"
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(bind_host).version == 6 else socket.AF_INET
    except ValueError:
        raise NoFreePort(f"{place}: set `bind_host` to an IP address, not to a name") from None
    for port in ports.even_ports(secrets.randbelow(65536)):
        rtp_socket = socket.socket(family, socket.SOCK_DGRAM)
        rtp_socket.setblocking(False)
        try:
            rtp_socket.bind((bind_host, port))
        except OSError as error:
            rtp_socket.close()
            if error.errno == errno.EADDRINUSE:
                continue
            reason = error.strerror or str(error)
            raise NoFreePort(f"{place}: {reason}; `bind_host` must be this machine's") from error
        else:
            return rtp_socket
    raise NoFreePort(f"{place}: all even ports are in use; widen `first_port` to `last_port`")
