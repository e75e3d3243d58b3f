"""What a playbook is for, apart from what was mined."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Brief:
    """Who speaks for whom, and when a call has gone well."""

    company: str
    agent_name: str
    objective: str
    done: str
    not_done: str
    direction: Literal["inbound", "outbound"]
    queue: str
    products: tuple[str, ...] = ()
    style: tuple[str, ...] = ()
    words_per_minute: int = 150
    locale: str = "en-GB"
    version: int = 1
