"""What a human gets with a transferred caller: channel variables, a whisper, a screen pop."""

import asyncio
import io
import json
import secrets
import wave
from collections.abc import Callable

import structlog

from agent.calls.handoff_hook import Happened
from agent.calls.handoff_news import HandoffNews
from agent.calls.line import Handoff
from agent.config import HandoffSettings
from agent.dialogue.reply import HandoffSummary, Transfer
from agent.errors import UnderstudyError
from agent.speech.line_cache import LineCache

# Asterisk plays 8 kHz everywhere without resampling.
_WHISPER_RATE_HZ = 8000
# A SIP display name and a header have to stay within what phones show and proxies accept.
_MAX_SUMMARY_CHARS = 240


class HandoffDesk:
    """Prepares handoffs and keeps their whispers until the call is over.

    Asterisk fetches a whisper over HTTP; the unguessable token in its path is the only key.
    """

    def __init__(
        self,
        settings: HandoffSettings,
        lines: LineCache,
        base_url: str,
        news: HandoffNews | None = None,
    ) -> None:
        """`base_url` is this web server's, for Asterisk; without `news` nobody's screen is told."""
        self._settings = settings
        self._lines = lines
        self._base_url = base_url.rstrip("/")
        self._news = news
        self._whispers: dict[str, tuple[str, bytes]] = {}
        self._log = structlog.get_logger("calls.handoff")

    async def prepare(self, call_id: str, transfer: Transfer, summary: HandoffSummary) -> Handoff:
        """Variables for the dialplan's handoff context, with the briefing published."""
        briefing = summary.briefing_text if transfer.warm else summary.whisper_text
        whisper = ""
        if self._settings.whisper:
            whisper = await self._publish(call_id, briefing)
        return Handoff(
            transfer.queue,
            {
                "UNDERSTUDY_CALL_ID": call_id,
                "UNDERSTUDY_REASON": _one_line(summary.why),
                "UNDERSTUDY_SUMMARY": _one_line(summary.summary_text),
                "UNDERSTUDY_SLOTS": json.dumps(dict(summary.slots), separators=(",", ":")),
                "UNDERSTUDY_URL": self._pop_url(call_id, transfer.queue, summary),
                "UNDERSTUDY_WHISPER": whisper,
                "UNDERSTUDY_WARM": "1" if transfer.warm and whisper else "",
                "UNDERSTUDY_PRIORITY": str(transfer.priority),
                "UNDERSTUDY_QUEUE_TIMEOUT": str(self._settings.queue_timeout_s),
            },
        )

    def plain(self, call_id: str, queue: str, reason: str) -> Handoff:
        """A handoff without whisper, for a call that can't go on."""
        nothing_said = HandoffSummary("", reason, queue, "", "", "", {})
        return Handoff(
            queue,
            {
                "UNDERSTUDY_CALL_ID": call_id,
                "UNDERSTUDY_REASON": _one_line(reason),
                "UNDERSTUDY_SUMMARY": "",
                "UNDERSTUDY_URL": self._pop_url(call_id, queue, nothing_said),
                "UNDERSTUDY_WHISPER": "",
                "UNDERSTUDY_WARM": "",
                "UNDERSTUDY_PRIORITY": "0",
                "UNDERSTUDY_QUEUE_TIMEOUT": str(self._settings.queue_timeout_s),
            },
        )

    def announce(self, happened: Happened, call_id: str, on_failed: Callable[[str], None]) -> None:
        """Tell the house's other systems, beside the call; `on_failed` hears why it went wrong."""
        if self._news is not None:
            self._news.tell(happened, call_id, on_failed)

    def whisper(self, token: str) -> bytes | None:
        """The WAV file published under a token."""
        return next((wav for key, wav in self._whispers.values() if key == token), None)

    def forget(self, call_id: str) -> None:
        """Drop a call's whisper."""
        self._whispers.pop(call_id, None)

    def _pop_url(self, call_id: str, queue: str, summary: HandoffSummary) -> str:
        return self._news.offer(call_id, queue, summary) if self._news is not None else ""

    async def _publish(self, call_id: str, text: str) -> str:
        try:
            parts = [part.tobytes() async for part in self._lines.speak(text, _WHISPER_RATE_HZ)]
        except (UnderstudyError, RuntimeError) as error:
            self._log.warning("no whisper", call_id=call_id, reason=str(error))
            return ""
        wav = await asyncio.to_thread(_wav, b"".join(parts))
        token = secrets.token_urlsafe(24)
        self._whispers[call_id] = (token, wav)
        return f"{self._base_url}/handoff/{token}.wav"


def _wav(pcm: bytes) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_WHISPER_RATE_HZ)
        file.writeframes(pcm)
    return target.getvalue()


def _one_line(text: str) -> str:
    """Printable, without the characters that end a dialplan argument or a quoted SIP string."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    clean = clean.replace(";", ",").replace('"', "'").replace("\\", "/")
    return " ".join(clean.split())[:_MAX_SUMMARY_CHARS]
