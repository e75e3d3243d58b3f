import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.source_code import source_sha256


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "some_package_of_tests"
    (folder / "playbooks").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "rules.yaml").write_text("a: 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    sys.modules.pop(folder.name, None)


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("rules.yaml", True),
        ("new.py", True),
        ("deep/new.py", True),
        ("notes.md", False),
        ("playbooks/x.yaml", False),
    ],
)
def test_any_change_of_code_shows_and_nothing_else(package: Path, file: str, counts: bool) -> None:
    before = source_sha256(package.name)
    assert source_sha256(package.name) == before
    (package / file).parent.mkdir(exist_ok=True)
    (package / file).write_text("b = 2")
    assert (source_sha256(package.name) != before) is counts
