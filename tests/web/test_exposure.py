from pathlib import Path
from typing import Any

import pytest

from agent.config import WebSettings
from agent.web.exposure import WebError, protection_of


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_needs_nothing(host: str) -> None:
    protection_of(WebSettings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "desk.example"])  # noqa: S104
def test_beyond_loopback_passwords_are_not_sent_in_the_clear(host: str) -> None:
    with pytest.raises(WebError) as caught:
        protection_of(WebSettings(host=host))
    told = str(caught.value)
    assert host in told
    assert "web.tls_certificate" in told
    assert "\n" not in told


@pytest.mark.parametrize(
    "protection",
    [{"trusted_proxies": ["10.0.0.0/8"]}, {"insecure": True}],
)
def test_unless_something_protects_them_or_nothing_shall(protection: dict[str, Any]) -> None:
    protection_of(WebSettings(host="0.0.0.0", **protection))  # noqa: S104


def test_without_a_certificate_there_is_no_tls() -> None:
    assert protection_of(WebSettings()) is None


def test_a_pair_is_used(certificate: tuple[Path, Path]) -> None:
    chain, key = map(str, certificate)
    settings = WebSettings(host="0.0.0.0", tls_certificate=chain, tls_key=key)  # noqa: S104
    assert protection_of(settings) is not None


def test_files_that_are_no_pair_are_named_in_one_line(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    chain, key = map(str, certificate)
    bad = tmp_path / "bad.pem"
    bad.write_text("nothing")
    for settings in (
        WebSettings(tls_certificate="/nowhere/x.pem", tls_key=key),
        WebSettings(tls_certificate=chain, tls_key=str(bad)),
        WebSettings(tls_certificate=chain),  # without its key
        WebSettings(tls_key=key),
    ):
        with pytest.raises(WebError) as caught:
            protection_of(settings)
        assert "web.tls_" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_its_address_for_others() -> None:
    assert WebSettings(port=1).url == "http://127.0.0.1:1"
    assert WebSettings(host="::1", port=1, tls_certificate="x").url == "https://[::1]:1"
    assert WebSettings(public_url="https://desk.example/").url == "https://desk.example"
