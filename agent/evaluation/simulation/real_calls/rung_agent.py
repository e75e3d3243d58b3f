"""The agent that simulated customers ring: a process with a database of its own."""

import contextlib
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from agent.config import Settings, WebSettings
from agent.errors import UnderstudyError
from agent.evaluation.agent_process import AgentProcess, AgentProcessError


@contextlib.contextmanager
def rung_agent(settings: Settings, config: Path | None, playbook: Path) -> Iterator[str]:
    """Start `understudy serve` under these settings, and stop it at the end; blocking.

    Gives the URL of its database, of which nothing is left afterwards. Callers are handed over
    without asking the queue: customers hang up when they are put through. Raises UnderstudyError
    with the agent's own last word where it does not start.
    """
    if settings.experiment.name:
        raise UnderstudyError(
            f"The experiment {settings.experiment.name!r} would share the calls out between its "
            "variants: name settings without one (--config)."
        )
    with tempfile.TemporaryDirectory(prefix="understudy-calls-") as made:
        folder = Path(made)
        web = WebSettings(port=_free_port())
        url = f"sqlite:///{folder / 'calls.sqlite3'}"
        environment = {
            "UNDERSTUDY_WEB__HOST": web.host,
            "UNDERSTUDY_WEB__PORT": str(web.port),
            "UNDERSTUDY_WEB__PUBLIC_URL": "",
            "UNDERSTUDY_WEB__TLS_CERTIFICATE": "",
            "UNDERSTUDY_WEB__TLS_KEY": "",
            "UNDERSTUDY_RECORDS__DATABASE_URL": url,
            "UNDERSTUDY_RECORDS__SPOOL_DIR": str(folder / "spool"),
            "UNDERSTUDY_RECORDS__RECORDINGS_DIR": str(folder / "recordings"),
            "UNDERSTUDY_SNAPSHOTS__URL": "",
            "UNDERSTUDY_AMI__ENABLED": "false",
            "UNDERSTUDY_DIALOGUE__PLAYBOOK": str(playbook),
        }
        if config is not None:
            environment["UNDERSTUDY_CONFIG"] = str(config)
        log = folder / "log.txt"
        with (
            log.open("wb") as stderr,
            AgentProcess.start(web, environment=environment, stderr=stderr) as agent,
        ):
            try:
                agent.wait_until_ready()
            except AgentProcessError as error:
                said = log.read_text("utf-8", "replace").strip().splitlines()
                raise UnderstudyError(f"{error} {said[-1] if said else ''}".strip()) from None
            yield url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
