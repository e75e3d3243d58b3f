"""Ports: even ones, the next when one is taken, one clear line when none is left."""

import pytest

from agent.media.errors import NoFreePort
from agent.media.ports import PortRange, bind_rtp_socket

FEW = PortRange(47001, 47007)


@pytest.mark.parametrize(
    ("ports", "start", "order"),
    [
        (PortRange(40000, 40005), 0, [40000, 40002, 40004]),
        (PortRange(40000, 40005), 2, [40004, 40000, 40002]),
        (PortRange(40001, 40004), 7, [40004, 40002]),
        (PortRange(40001, 40001), 0, []),
    ],
)
def test_even_ports(ports: PortRange, start: int, order: list[int]) -> None:
    assert list(ports.even_ports(start)) == order


def test_every_port_is_used_before_the_range_is_exhausted() -> None:
    bound = [bind_rtp_socket("127.0.0.1", FEW) for _ in range(3)]
    try:
        assert sorted(each.getsockname()[1] for each in bound) == [47002, 47004, 47006]
        with pytest.raises(NoFreePort) as raised:
            bind_rtp_socket("127.0.0.1", FEW)
        assert str(raised.value) == (
            "[media] ports 47001-47007 on 127.0.0.1: all even ports are in use; "
            "widen `first_port` to `last_port`"
        )
    finally:
        for each in bound:
            each.close()


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("pbx.example", "set `bind_host` to an IP address, not to a name"),
        ("192.0.2.1", "Cannot assign requested address; `bind_host` must be this machine's"),
    ],
)
def test_unusable_host(host: str, text: str) -> None:
    with pytest.raises(NoFreePort) as raised:
        bind_rtp_socket(host, FEW)
    assert str(raised.value) == f"[media] ports 47001-47007 on {host}: {text}"
