"""The test's end of a phone process: starting it, orders to it, events from it, its death."""

import asyncio
import base64
import importlib.util
import json
import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import structlog

from agent.evaluation.phone_call import Caller, Ending, PhoneCall, PhoneError
from agent.evaluation.phone_options import PhoneOptions

CALLS_A_PROCESS = 4
"""PJSUA_MAX_CALLS, compiled into the PJSUA2 wheel."""

_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 8.0
_LINE_LIMIT = 1 << 20
_ROOT = Path(__file__).resolve().parents[2]


class PhoneWorker:
    """One process with up to four calls. Made by `start`."""

    def __init__(
        self,
        options: PhoneOptions,
        process: asyncio.subprocess.Process,
        on_incoming: "Callable[[PhoneWorker, PhoneCall], None]",
    ) -> None:
        self._options = options
        self._process = process
        self._on_incoming = on_incoming
        self._live: dict[str, PhoneCall] = {}
        self._placed = 0
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._last_lines: deque[str] = deque(maxlen=3)
        self._log = structlog.get_logger().bind(phone=options.user)
        self._readers = (
            asyncio.create_task(self._read_events()),
            asyncio.create_task(self._read_log()),
        )

    @classmethod
    async def start(
        cls, options: PhoneOptions, on_incoming: "Callable[[PhoneWorker, PhoneCall], None]"
    ) -> Self:
        """Start a process and, if its options say so, wait until it is registered.

        Raises PhoneError when PJSUA2 is missing, its port can't be opened or the PBX refuses it.
        """
        if importlib.util.find_spec("pjsua2") is None:
            raise PhoneError(
                "PJSUA2, the test phone's SIP stack, is missing: pip install 'understudy[phone]'"
            )
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "agent.evaluation.phone_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
            cwd=_ROOT,
            # Ctrl-C is for the parent alone, which then has the phone hang up.
            start_new_session=True,
        )
        assert process.stdin is not None  # noqa: S101 - asked for above
        process.stdin.write(json.dumps(asdict(options)).encode() + b"\n")
        worker = cls(options, process, on_incoming)
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                await worker._ready
        except TimeoutError:
            await worker.stop()
            raise PhoneError(
                f"phone {options.user}: not ready after {_START_TIMEOUT_S:g} s"
            ) from None
        except BaseException:
            await worker.stop()
            raise
        return worker

    @property
    def free_calls(self) -> int:
        """How many more calls the process can hold."""
        return 0 if self._process.returncode is not None else CALLS_A_PROCESS - len(self._live)

    def dial(self, uri: str, peer: str, headers: Mapping[str, str]) -> PhoneCall:
        """Send an INVITE."""
        self._placed += 1
        call = self._new_call(f"out-{self._placed}", peer)
        self.order("place", call=call.ref, uri=uri, headers=dict(headers))
        return call

    def order(self, op: str, **arguments: Any) -> None:
        """Have the process do something; bytes travel as base64."""
        pipe = self._process.stdin
        if pipe is None or pipe.is_closing() or self._process.returncode is not None:
            raise PhoneError(f"phone {self._options.user}: {self._death()}")
        pipe.write(json.dumps({"op": op, **arguments}, default=_as_base64).encode() + b"\n")

    async def stop(self) -> None:
        """Hang up what is left, unregister and end the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await self._process.wait()
        except TimeoutError:
            self._log.warning("the phone does not stop by itself and is killed")
            self._process.kill()
            await self._process.wait()
        await asyncio.gather(*self._readers)

    def kill(self) -> None:
        """End the process as a crash would, with nothing sent to the far end."""
        self._process.kill()

    def resident_bytes(self) -> int:
        """The process's memory, to see a leak by (Linux)."""
        pages = int(self._proc("statm").read_text().split()[1])
        return pages * resource.getpagesize()

    def open_files(self) -> int:
        """The number of the process's file descriptors, to see a leak by (Linux)."""
        return len(list(self._proc("fd").iterdir()))

    def _proc(self, name: str) -> Path:
        return Path("/proc") / str(self._process.pid) / name

    def _new_call(self, ref: str, peer: str, caller: Caller | None = None) -> PhoneCall:
        call = PhoneCall(ref, peer, self._options.sample_rate_hz, self.order, caller)
        self._live[ref] = call
        return call

    def _death(self) -> str:
        lines = " | ".join(self._last_lines)
        return f"its process has ended with status {self._process.returncode}: {lines}"

    def _fail(self, reason: str) -> None:
        if not self._ready.done():
            self._ready.set_exception(PhoneError(f"phone {self._options.user}: {reason}"))

    async def _read_log(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - asked for at the start
        async for line in self._process.stderr:
            self._last_lines.append(line.decode(errors="replace").rstrip())

    async def _read_events(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - asked for at the start
        handlers = self._handlers()
        async for line in self._process.stdout:
            event = json.loads(line)
            handlers[event["event"]](event)
        await self._process.wait()
        self._fail(self._death())
        for call in self._live.values():
            call.on_end(Ending(503, self._death(), None, False, time.monotonic()))
        self._live.clear()

    def _handlers(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        def of_call(handle: Callable[[PhoneCall, dict[str, Any]], None]) -> Callable[..., None]:
            def find(event: dict[str, Any]) -> None:
                # Audio of a call may still arrive after its last state.
                if (call := self._live.get(event["call"])) is not None:
                    handle(call, event)

            return find

        return {
            "ready": self._on_ready,
            "registration": self._on_registration,
            "broken": lambda event: self._fail(f"can't start: {event['reason']}"),
            "incoming": self._on_invite,
            "refused": lambda event: self._log.debug("order refused", reason=event["reason"]),
            "frame": of_call(_on_frame),
            "said": of_call(lambda call, e: call.on_said(e["clip"], e["at"], e["whole"])),
            "dtmf": of_call(lambda call, event: call.on_digit(event["digit"])),
            "state": of_call(self._on_state),
            "failed": of_call(self._on_failed),
        }

    def _on_ready(self, _: dict[str, Any]) -> None:
        if not self._options.register and not self._ready.done():
            self._ready.set_result(None)

    def _on_registration(self, event: dict[str, Any]) -> None:
        if event["code"] != 200:
            where = f"{self._options.host}:{self._options.port}"
            self._fail(f"{where} refused to register it: {event['code']} {event['reason']}")
        elif not self._ready.done():
            self._ready.set_result(None)

    def _on_invite(self, event: dict[str, Any]) -> None:
        caller = Caller(event["name"], event["number"], event["headers"])
        self._on_incoming(self, self._new_call(event["call"], caller.number, caller))

    def _on_state(self, call: PhoneCall, event: dict[str, Any]) -> None:
        call.on_state(event)
        if call.ended:
            del self._live[call.ref]

    def _on_failed(self, call: PhoneCall, event: dict[str, Any]) -> None:
        del self._live[call.ref]
        call.on_end(Ending(0, event["reason"], None, False, time.monotonic()))


def _on_frame(call: PhoneCall, event: dict[str, Any]) -> None:
    heard, said = base64.b64decode(event["heard"]), base64.b64decode(event.get("said", ""))
    call.on_frame(event["at"], heard, said)


def _as_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
