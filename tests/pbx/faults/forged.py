"""UDP datagrams with any sender: what an attacker, or a broken PBX, could send to the agent."""

import socket
import struct

Address = tuple[str, int]
_PROTOCOL_UDP = 17


class Forger:
    """Sends to one address in the name of another. Needs root."""

    def __init__(self, to: Address, sender: Address) -> None:
        self._to = to
        self._sender = sender
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)

    def send(self, payload: bytes) -> None:
        """One datagram; the kernel adds the IP checksum, UDP needs none (RFC 768)."""
        udp = struct.pack("!HHHH", self._sender[1], self._to[1], 8 + len(payload), 0)
        length = 20 + len(udp) + len(payload)
        source, destination = (socket.inet_aton(host) for host, _ in (self._sender, self._to))
        ip = struct.pack("!BBHHHBBH", 0x45, 0, length, 0, 0, 64, _PROTOCOL_UDP, 0)
        self._socket.sendto(ip + source + destination + udp + payload, (self._to[0], 0))

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()
