"""Keys and key files."""

import base64
from pathlib import Path

import pytest

from agent.sealing.errors import KeyFileError, KeyMissing, SealBroken
from agent.sealing.keys import KeyRing, add_key, load_keys
from agent.sealing.text import seal_text, unseal_text

KEYS = KeyRing([b"k" * 32])


def test_a_text_comes_back_only_with_its_key_and_in_its_place() -> None:
    sealed = seal_text(KEYS, "née Ömer", "turns.text")
    assert sealed.isascii()
    assert sealed != seal_text(KEYS, "née Ömer", "turns.text")
    assert unseal_text(KEYS, sealed, "turns.text") == "née Ömer"
    with pytest.raises(SealBroken, match=r"\(calls\.summary\) was changed"):
        unseal_text(KEYS, sealed, "calls.summary")
    with pytest.raises(SealBroken, match="cut off"):
        unseal_text(KEYS, sealed[:-1], "turns.text")
    with pytest.raises(KeyMissing, match=r"the key [0-9a-f]{8}, which is not at hand"):
        unseal_text(KeyRing(), sealed, "turns.text")


def test_without_keys_nothing_changes() -> None:
    assert not KeyRing()
    assert seal_text(KeyRing(), "plain", "x") == "plain"
    assert unseal_text(KEYS, "plain", "x") == "plain"


def test_a_new_key_writes_and_the_old_ones_still_read(tmp_path: Path) -> None:
    path = tmp_path / "private" / "keys"
    first = add_key(path)
    old = seal_text(load_keys(path), "old", "x")
    second = add_key(path)
    keys = load_keys(path)
    assert keys.first.hex() == second != first
    assert unseal_text(keys, old, "x") == "old"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has no key"),
        ("# nothing\n\n", "has no key"),
        ("nonsense\n", "a line that is no key"),
        (base64.b64encode(b"short").decode(), "a line that is no key"),
        ("é", "a line that is no key"),
    ],
)
def test_a_file_that_is_no_key_file_says_so(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "keys"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=message):
        load_keys(path)
    with pytest.raises(KeyFileError, match=message):
        add_key(path)
    assert path.read_text() == content


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    add_key(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match=f"open to other users: chmod 600 {path}"):
        load_keys(path)
    with pytest.raises(KeyFileError, match="can't be read"):
        load_keys(tmp_path / "none")
    assert not load_keys(None)
