"""A phone call without a phone: the test plays the process and the agent."""

import asyncio
from typing import Any

import numpy as np

from agent.evaluation.phone_call import PhoneCall

FRAME = 160


class FakeLine:
    """Records orders; hears what the test says; sends clips as fast as frames are fed."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.call = PhoneCall("out-1", "1000", 8000, self._order)
        self._clips: list[list[int]] = []  # clip id, frames left
        self._time_s = 0.0

    def state(self, state: str, code: int = 200, ended_by: str = "local", reason: str = "") -> None:
        self.call.on_state(
            {
                "state": state,
                "code": code,
                "reason": reason,
                "cause": None,
                "ended_by": ended_by,
                "sip_call_id": "abc",
                "at": self._time_s,
            }
        )

    async def feed(self, pattern: str) -> None:
        """Let frames pass: '#' the agent speaks, '.' it doesn't; others may run in between."""
        for char in pattern:
            self._time_s += 0.02
            heard = np.full(FRAME, 3000 if char == "#" else 10, "<i2").tobytes()
            said = b""
            if self._clips:
                said = np.full(FRAME, 500, "<i2").tobytes()
                self._clips[0][1] -= 1
                if self._clips[0][1] <= 0:
                    self.call.on_said(self._clips.pop(0)[0], self._time_s, True)
            self.call.on_frame(self._time_s, heard, said)
            for _ in range(3):
                await asyncio.sleep(0)

    def _order(self, op: str, **arguments: Any) -> None:
        self.orders.append({"op": op, **arguments})
        if op == "say":
            self._clips.append([arguments["clip"], len(arguments["pcm"]) // 2 // FRAME])
        elif op == "stop":
            for clip, _ in self._clips:
                self.call.on_said(clip, self._time_s, False)
            self._clips.clear()
        elif op == "hang_up":
            self.state("DISCONNECTED")
