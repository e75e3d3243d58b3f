"""A private PostgreSQL cluster for tests, from Debian's packages."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import asyncpg

USER = "understudy"
PASSWORD = "correct horse battery"


class PostgresCluster:
    """A server of its own on a free loopback port, with scram passwords; `stop` and `start` it."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._directory = Path(tempfile.mkdtemp(prefix="understudy-postgres-"))
        self._port = _free_port()
        self._databases = 0
        if os.geteuid() == 0:  # the server refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(self._directory, owner.pw_uid, owner.pw_gid)
        password_file = self._directory / "password"
        password_file.write_text(PASSWORD)
        password_file.chmod(0o644)
        self._run(
            "initdb", "--no-sync", "--no-locale", "--encoding=UTF8", "--auth=scram-sha-256",
            f"--username={USER}", f"--pwfile={password_file}", f"--pgdata={self._data}",
        )  # fmt: skip

    @property
    def _data(self) -> Path:
        return self._directory / "data"

    def start(self) -> None:
        """Start and wait until it accepts connections."""
        options = (
            f"-c port={self._port} -c listen_addresses=127.0.0.1 -c fsync=off "
            f"-c unix_socket_directories={self._directory}"
        )
        log = self._directory / "log"
        self._run("pg_ctl", "start", "-w", "-D", str(self._data), "-l", str(log), "-o", options)

    def stop(self) -> None:
        """Stop as a crash would: without a word to the clients."""
        self._run("pg_ctl", "stop", "-w", "-D", str(self._data), "-m", "immediate")

    def freeze(self) -> None:
        """Every process of it stops where it is: connections are accepted and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """They go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            os.kill(pid, number)

    def remove(self) -> None:
        """Stop it and delete its files."""
        self.stop()
        shutil.rmtree(self._directory)

    async def create_database(self) -> str:
        """The URL of a new, empty database."""
        self._databases += 1
        name = f"calls_{self._databases}"
        admin = await asyncpg.connect(self.url("postgres"))
        await admin.execute(f'CREATE DATABASE "{name}"')
        await admin.close()
        return self.url(name)

    def url(self, database: str, password: str = PASSWORD) -> str:
        """A URL as a user would write it."""
        return (
            f"postgresql://{USER}:{password.replace(' ', '%20')}@127.0.0.1:{self._port}/{database}"
        )

    def _run(self, tool: str, *arguments: str) -> None:
        command = [str(self._binaries / tool), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, cwd=self._directory, stdout=subprocess.DEVNULL)


def find_binaries() -> Path | None:
    """Debian's newest server binaries, which are not in PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    return found.parent if found else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
