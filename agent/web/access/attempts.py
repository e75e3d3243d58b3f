"""How often somebody may try to sign in: pure policy, time comes as an argument.

Each failure beyond a few doubles the wait, counted for the name and for the address. A name waits
only for addresses from which it has not signed in lately, or anybody could keep its owner out.
"""

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

_FORGOTTEN_AFTER_S = 900.0
_MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class BackOff:
    """So many failures are free; then waits of 1, 2, 4 ... seconds up to `longest_s`."""

    free: int
    longest_s: float

    def wait_s(self, failures: int) -> float:
        """How long after the last failure the next attempt may come."""
        if failures < self.free:
            return 0.0
        return min(2.0 ** min(failures - self.free, 30), self.longest_s)


BY_NAME = BackOff(free=5, longest_s=30.0)
# People of one office may share an address.
BY_ADDRESS = BackOff(free=10, longest_s=_FORGOTTEN_AFTER_S)


@dataclass(frozen=True, slots=True)
class Failures:
    """How many, and when the last one was."""

    count: int = 0
    last_s: float = 0.0


class Attempts:
    """Failed attempts of the last quarter of an hour; bounded, whatever is tried."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, Failures] = OrderedDict()
        self._addresses: OrderedDict[str, Failures] = OrderedDict()
        self._homes: OrderedDict[tuple[str, str], None] = OrderedDict()

    def wait_s(self, name: str, address: str, now_s: float) -> float:
        """How long this attempt has to wait yet; 0: it may be made."""
        network = _network(address)
        of_address = _left_s(BY_ADDRESS, _of(self._addresses, network, now_s), now_s)
        if (name, network) in self._homes:
            return of_address
        return max(of_address, _left_s(BY_NAME, _of(self._names, name, now_s), now_s))

    def began(self, name: str, address: str, now_s: float) -> None:
        """One is made; it counts as failed, or many at once would all be free."""
        _count(self._names, name, 1, now_s)
        _count(self._addresses, _network(address), 1, now_s)

    def succeeded(self, name: str, address: str, now_s: float) -> None:
        """It was the right password. The address keeps its other failures."""
        network = _network(address)
        self._names.pop(name, None)
        _count(self._addresses, network, -1, now_s)
        self._homes[name, network] = None
        if len(self._homes) > _MOST_KEYS:
            self._homes.popitem(last=False)


def _network(address: str) -> str:
    """Whoever has an IPv6 address has 2**64 of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else address


def _left_s(policy: BackOff, failures: Failures, now_s: float) -> float:
    return max(failures.last_s + policy.wait_s(failures.count) - now_s, 0.0)


def _of(kept: OrderedDict[str, Failures], key: str, now_s: float) -> Failures:
    found = kept.get(key)
    return found if found and now_s - found.last_s < _FORGOTTEN_AFTER_S else Failures(0, now_s)


def _count(kept: OrderedDict[str, Failures], key: str, more: int, now_s: float) -> None:
    kept[key] = Failures(max(_of(kept, key, now_s).count + more, 0), now_s)
    kept.move_to_end(key)
    if len(kept) > _MOST_KEYS:
        kept.popitem(last=False)
