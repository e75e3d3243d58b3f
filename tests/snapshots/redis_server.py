"""A private Redis server for tests, from Debian's package."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PASSWORD = "correct-horse-battery"


class RedisServer:
    """A server of its own on a free loopback port, with a password; `stop` and `start` it."""

    def __init__(self, binary: Path) -> None:
        self._binary = binary
        self._directory = Path(tempfile.mkdtemp(prefix="understudy-redis-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        self._process = subprocess.Popen(
            [
                self._binary, "--port", str(self._port), "--bind", "127.0.0.1", "--save", "",
                "--requirepass", PASSWORD, "--dir", str(self._directory),
            ],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        deadline_s = time.monotonic() + 10.0
        while time.monotonic() < deadline_s:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError("redis-server does not answer")

    def stop(self) -> None:
        """Stop it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It accepts connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def remove(self) -> None:
        """Stop it and delete its files."""
        self.stop()
        shutil.rmtree(self._directory)

    def url(self, password: str = PASSWORD) -> str:
        """A URL as a user would write it."""
        return f"redis://:{password}@127.0.0.1:{self._port}/0"


def find_binary() -> Path | None:
    """Debian's server, if it is installed."""
    found = shutil.which("redis-server")
    return Path(found) if found else None
