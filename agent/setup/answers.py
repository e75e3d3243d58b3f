"""What `understudy init` asks, and which answers can be used."""

import ipaddress
import re
import socket
from dataclasses import dataclass

from agent.dialogue.loader import find_playbook
from agent.errors import UnderstudyError
from agent.records.database import normalise_url
from agent.web.access.names import normal_name

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?")
_QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class BadAnswer(UnderstudyError):
    """An answer that would give settings that don't work."""


@dataclass(frozen=True, slots=True)
class Answers:
    """`asterisk` is a host, `database` a URL; "" leaves the embedded database."""

    asterisk: str
    queue: str
    playbook: str
    database: str
    supervisor: str

    def check(self) -> None:
        """Raises BadAnswer, or what names the playbook's or the database's mistake."""
        if not _HOST.fullmatch(self.asterisk):
            raise BadAnswer(
                f"{self.asterisk!r} is no host: give Asterisk's address or name, such as 127.0.0.1."
            )
        if not _QUEUE.fullmatch(self.queue):
            raise BadAnswer(
                f"{self.queue!r} is no queue's name: letters, digits, _ and -, as in queues.conf."
            )
        find_playbook(self.playbook)
        if self.database:
            normalise_url(self.database)
        normal_name(self.supervisor)


def is_this_machine(host: str) -> bool:
    """Whether a host is loopback, by its address or as `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address_towards(host: str) -> str:
    """This machine's address on the way to a host. Raises BadAnswer where there is no way."""
    if is_this_machine(host):
        return "127.0.0.1"
    try:
        ((family, kind, _, _, target), *_) = socket.getaddrinfo(host, 9, type=socket.SOCK_DGRAM)
        with socket.socket(family, kind) as asked:
            asked.connect(target)  # UDP: nothing is sent
            return str(asked.getsockname()[0])
    except OSError as error:
        raise BadAnswer(
            f"There is no way to Asterisk at {host} ({error.strerror}): give a host that this "
            "machine reaches."
        ) from None
