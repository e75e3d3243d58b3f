"""A call's place in the playbook, and what the strategy decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from agent.dialogue.reply import Action, Continue


class Step(Enum):
    """Where an objection stands: what the agent has just asked."""

    CLARIFY = "clarify"
    RE_ASK = "re_ask"


@dataclass(frozen=True, slots=True)
class State:
    """Everything that the next decision depends on; a new one a turn.

    `asking` and `confirming` name the slot that is asked for or read back, `checking` the intent or
    objection that the caller was asked about ("is it the price?"). `pushes` counts answers
    given to each objection, `failures` the misunderstood answers of each slot, `misses` the turns
    in a row that were not understood, `turns` those spent in this stage, `all_turns` those since
    the call began or came back from a queue. `back` is the stage that a side stage returns to.
    `queue` holds what the caller was told of the queue that it may wait in, as playbook variables;
    None before that. `resuming`: the caller of an unfinished call rang back and was asked whether
    to go on; everything else is as that call left it. `certainty` is the recogniser's, of the turn
    that is being answered (0 to 1). `replaced` is the value that the one being confirmed took the
    place of, `denied` holds each slot's values that were read back and were wrong. `soothed`: what
    is done for an angry caller has been done. `second` is another reading of the answer, offered
    where the first was wrong. `heard` counts the caller's turns in the call, `signals` the buying
    signals among them; `signalled_at` is the first one that no question for the order has followed
    yet, `asked_after` how many turns each of the others had to wait for it.
    """

    stage: str
    slots: Mapping[str, str] = field(default_factory=dict)
    asking: str | None = None
    confirming: str | None = None
    checking: str | None = None
    incomplete: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    objection: str | None = None
    step: Step | None = None
    pushes: Mapping[str, int] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    misses: int = 0
    turns: int = 0
    all_turns: int = 0
    certainty: float = 1.0
    replaced: str | None = None
    soothed: bool = False
    second: str | None = None
    denied: Mapping[str, frozenset[str]] = field(default_factory=dict)
    closes: int = 0
    heard: int = 0
    signals: int = 0
    signalled_at: int | None = None
    asked_after: tuple[int, ...] = ()
    back: str = ""
    reason: str = ""
    disposition: str = ""
    queue: Mapping[str, str] | None = None
    resuming: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """One line of a reply: the first candidate, or with `by_fit` the unused one that fits best.

    `pause_s` is the least silence after it.
    """

    candidates: tuple[str, ...]
    by_fit: bool = False
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """The next state, what is said, and what happens after it.

    `repeat`: the agent's last turn is said once more after the lines. `by` names the rule that
    decided, for the record.
    """

    state: State
    lines: tuple[Say, ...] = ()
    action: Action = field(default_factory=Continue)
    expects: str | None = None
    repeat: bool = False
    by: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the printed transition table."""

    stage: str
    on: str
    then: str
