"""Where a request comes from, as far as that can be believed.

What X-Forwarded-* headers say counts only when the connection comes from a proxy that the
settings trust: anybody can write such headers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
_FORWARDING = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end: its address, and how it names this server."""

    address: str
    secure: bool  # TLS up to this server or to a trusted proxy
    host: str  # as in the browser's address line: a name, and a port unless it is the usual one
    local: bool  # a program of this machine, asking this machine by its own name

    @property
    def origin(self) -> str:
        """This server's origin as a browser writes it (RFC 6454)."""
        return f"{'https' if self.secure else 'http'}://{self.host}"


def peer_of(
    remote: str,
    *,
    secure: bool,
    host: str,
    headers: Mapping[str, str],
    trusted: Sequence[Network],
) -> Peer:
    """The peer of a connection from the address `remote`, seen through trusted proxies.

    `host` is the request's Host header. X-Forwarded-For is read from its right, where the nearest
    proxy writes; the first address that is no trusted proxy is the peer's.
    """
    if not _is_trusted(remote, trusted):
        forwarded = any(name in headers for name in _FORWARDING)
        return Peer(remote, secure, host, not forwarded and _is_local(remote, host))
    address = remote
    for entry in reversed(_entries(headers, "X-Forwarded-For")):
        if _address(entry) is None:
            break
        address = entry
        if not _is_trusted(entry, trusted):
            break
    scheme = _entries(headers, "X-Forwarded-Proto")[-1:]
    named = _entries(headers, "X-Forwarded-Host")[-1:]
    return Peer(
        address,
        scheme[0].lower() == "https" if scheme else secure,
        named[0] if named else host,
        local=address == remote and "X-Forwarded-For" not in headers and _is_local(remote, host),
    )


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine reach an address or name."""
    found = _address(host.strip("[]"))
    return found.is_loopback if found is not None else host == "localhost"


def _is_local(remote: str, host: str) -> bool:
    # A page from elsewhere whose name resolves to this machine still bears its own name.
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return is_loopback(remote) and name in _THIS_MACHINE


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    found = _address(address)
    return found is not None and any(found in network for network in trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    # A socket for both versions writes an IPv4 peer as ::ffff:192.0.2.1.
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _entries(headers: Mapping[str, str], name: str) -> list[str]:
    return [entry.strip() for entry in headers.get(name, "").split(",") if entry.strip()]
