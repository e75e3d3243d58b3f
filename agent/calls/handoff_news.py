"""Who learns of a handoff besides the queue: the human's screen, and other systems of the house."""

import contextlib
from collections.abc import AsyncIterator, Callable

from agent.calls.handoff_hook import HandoffHook, Happened
from agent.calls.screen_pops import ScreenPops
from agent.config import Settings
from agent.dialogue.reply import HandoffSummary


class HandoffNews:
    """Screen pops and the webhook, with the addresses that lead back to the pages."""

    def __init__(self, pages_url: str, hook: HandoffHook | None) -> None:
        """`pages_url` is where people's browsers reach the pages; `hook` may be left out."""
        self.pops = ScreenPops()
        self._pages_url = pages_url.rstrip("/")
        self._hook = hook

    def offer(self, call_id: str, queue: str, summary: HandoffSummary) -> str:
        """The address of a call's screen pop; "" for a call that is not known."""
        token = self.pops.offer(call_id, queue, summary)
        return self._page(token) if token else ""

    def tell(self, happened: Happened, call_id: str, on_failed: Callable[[str], None]) -> None:
        """Tell the webhook of a call that was offered; returns at once."""
        offered = self.pops.of_call(call_id)
        if self._hook is None or offered is None:
            return
        token, pop = offered
        links = {"call": f"{self._pages_url}/calls/{call_id}", "screen_pop": self._page(token)}
        self._hook.tell(happened, pop, links, on_failed)

    def _page(self, token: str) -> str:
        return f"{self._pages_url}/pop/{token}"


@contextlib.asynccontextmanager
async def open_news(settings: Settings) -> AsyncIterator[HandoffNews]:
    """As configured."""
    handoff = settings.handoff
    if not handoff.webhook_url:
        yield HandoffNews(settings.web.url, None)
        return
    async with HandoffHook(handoff.webhook_url, handoff.webhook_secret) as hook:
        yield HandoffNews(settings.web.url, hook)
