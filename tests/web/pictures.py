"""Pictures of pages, for people to look at."""

import os
from pathlib import Path

from tests.browser import Browser

# Where they are kept; nowhere unless told.
_FOLDER = os.environ.get("UNDERSTUDY_PICTURES")


async def seen(browser: Browser, name: str) -> None:
    """Keep the page as it is now: light, dark, and on a phone."""
    if _FOLDER is None:
        return
    for width, height, dark in ((1200, 800, False), (1200, 800, True), (390, 780, False)):
        await browser.screen(width, height, dark=dark)
        look = f"{name}-{width}-{'dark' if dark else 'light'}.png"
        await browser.picture(Path(_FOLDER) / look)
