"""What is fuzzed: one reader of bytes that come from outside."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from hypothesis import strategies as st

from agent.errors import UnderstudyError

LONGEST_CASE_S = 1.0


@dataclass(frozen=True)
class Target:
    """`check` reads an input and returns, or raises one of `told`; all else it raises is a fault.

    `made` are inputs that look like the real thing, `tokens` what is worth putting into mutated
    ones. `guided`: mutate by coverage, too; not for what runs in other threads.
    """

    name: str
    check: Callable[[bytes], None]
    made: st.SearchStrategy[bytes]
    told: tuple[type[Exception], ...] = (UnderstudyError,)
    tokens: Sequence[bytes] = ()
    longest: int = 4096
    guided: bool = True
    seeds: Sequence[bytes] = field(default=())


class Hang(BaseException):
    """A case that took over a second of the processor. No reader may swallow it."""


def run_case(target: Target, data: bytes) -> None:
    """One case. Raises what is a fault: anything but `target.told`, and Hang."""
    try:
        with _bounded():
            target.check(data)
    except target.told:
        pass


@contextmanager
def _bounded() -> Iterator[None]:
    # Processor time: a machine that is busy with something else is no hang.
    earlier = signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_CASE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, earlier)


def _give_up(_: int, __: FrameType | None) -> None:
    raise Hang(f"over {LONGEST_CASE_S} s of processor time")
