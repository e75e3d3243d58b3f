"""`understudy serve` as a process of its own, for the demo, tests and benchmarks."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import IO, Self

from agent.config import WebSettings
from agent.errors import UnderstudyError

_READY_WITHIN_S = 300.0
# Live calls are handed to their queues before the process ends.
_STOPPED_WITHIN_S = 20.0
_BY_ITSELF = {
    "UNDERSTUDY_SNAPSHOTS__RESUME_WITHIN_H": "0",
    "UNDERSTUDY_SERVE__DRAIN_S": "0",
}


class AgentProcessError(UnderstudyError):
    """The agent did not start."""


class AgentProcess:
    """A running agent, made by `AgentProcess.start`. Blocking: use it from a thread or fixture."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self._process = process
        self.url = url

    @classmethod
    @contextlib.contextmanager
    def start(
        cls,
        web: WebSettings,
        *options: str,
        environment: Mapping[str, str] | None = None,
        stdout: IO[bytes] | None = None,
        stderr: IO[bytes] | None = None,
    ) -> Iterator[Self]:
        """Start it with `serve`'s options and more environment; stop it at the end.

        `web` says where its health is asked for; it must be what the process's settings say. Test
        callers share their number: unless told so, none goes on where another broke off, and
        stopping does not wait for live calls.
        """
        process = subprocess.Popen(  # noqa: S603 - this package's own command
            [sys.executable, "-m", "agent.cli", "serve", *options],
            env={**os.environ, **_BY_ITSELF, **(environment or {})},
            stdout=stdout,
            stderr=stderr,
            # Ctrl-C is for this process alone: it hangs up first, and then stops the agent.
            start_new_session=True,
        )
        agent = cls(process, f"http://{web.host}:{web.port}")
        try:
            yield agent
        finally:
            agent.stop()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def get(self, path: str) -> str | None:
        """What the agent's web server answers; None while there is no answer of status 200."""
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            request = f"{self.url}{path}"
            with urllib.request.urlopen(request, timeout=5.0) as response:  # noqa: S310 - own URL
                return str(response.read().decode())
        return None

    def wait_until_ready(self, timeout_s: float = _READY_WITHIN_S) -> None:
        """Return when it takes calls. Raises AgentProcessError."""
        deadline_s = time.monotonic() + timeout_s
        while self.get("/health/ready") is None:
            if self._process.poll() is not None:
                raise AgentProcessError("The agent did not start: its message is above.")
            if time.monotonic() > deadline_s:
                raise AgentProcessError(
                    f"The agent is not ready after {timeout_s:.0f} s: is the PBX up?"
                )
            time.sleep(0.1)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal and go on."""
        self._process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop and wait; returns its exit status."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            return self._process.wait(_STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise AgentProcessError("The agent did not stop by itself and was killed.") from None

    def wait(self, timeout_s: float) -> int:
        """Wait for it to end by itself; returns its exit status."""
        return self._process.wait(timeout_s)
