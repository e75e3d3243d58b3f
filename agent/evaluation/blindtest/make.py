"""From calls of both arms to a kit on the disk."""

import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from agent.cloning.files import write_text
from agent.evaluation.blindtest.candidate import Arm, Candidate
from agent.evaluation.blindtest.errors import BlindTestError
from agent.evaluation.blindtest.kit import (
    ADJUDICATOR,
    ANSWERS,
    Item,
    Key,
    KeyCall,
    KeyPair,
    Kit,
    Protocol,
    sealed,
    test_name,
    write_kit,
)
from agent.evaluation.blindtest.matching import Pair, draw, match
from agent.evaluation.blindtest.rating_page import rating_page
from agent.evaluation.blindtest.scenario import FEWEST_TURNS, Reasons, scenario_of
from agent.evaluation.blindtest.schedule import SIDES, Placed, Side, place, schedule
from agent.evaluation.blindtest.voices import Voices, write_spoken
from agent.evaluation.blindtest.wording import Line, Masks, Style, lines_of
from agent.evaluation.rubric.criteria import criteria

AUDIO = "audio"
_RATERS = 2
_RATER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,40}")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for; `most` are the calls of one session."""

    protocol: Protocol
    pairs: int
    seed: int
    raters: tuple[str, ...]
    most: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """The pairs drawn, and how many there were to draw from."""

    pairs: tuple[Pair, ...]
    there: int


def matched(
    humans: Sequence[Candidate], agents: Sequence[Candidate], reasons: Reasons, order: Order
) -> Matched:
    """Calls in pairs by scenario. Raises BlindTestError where not a single pair is alike."""
    sides = [
        [(one, scenario_of(one, reasons)) for one in calls if _fit(one, order.protocol)]
        for calls in (humans, agents)
    ]
    found = match(*sides)
    if not found:
        raise BlindTestError(
            f"No pair of calls is of the same kind: {len(sides[0])} of {len(humans)} human and "
            f"{len(sides[1])} of {len(agents)} agent calls can be used (at least {FEWEST_TURNS} "
            "turns, with sound where sound is asked for). Give more calls."
        )
    drawn = draw(found, order.pairs, Random(f"{order.seed} pairs"))  # noqa: S311
    return Matched(tuple(drawn), len(found))


def make(
    folder: Path,
    pairs: Sequence[Pair],
    order: Order,
    voices: Voices | None = None,
    on_call: Callable[[], None] = lambda: None,
) -> Kit:
    """Write the kit and its pages; the folder is whole or not there.

    `on_call` is told of each call that is done. Raises BlindTestError as `check` does.
    """
    check(folder, order)
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        kit = _make(part, pairs, order, voices, on_call)
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return kit


def check(folder: Path, order: Order) -> None:
    """Raises BlindTestError for a folder in use, raters who are not two, and what can't be cut."""
    if order.protocol.medium == "recordings" and order.protocol.disclosure_cut:
        raise BlindTestError(
            "Sentences can't be cut from recordings as they are: leave --cut-disclosure out, or "
            "have the calls spoken anew with --audio revoiced."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BlindTestError(f"{folder} is there already: name another folder with --out.")
    if len(order.raters) != _RATERS or len(set(order.raters)) != _RATERS:
        raise BlindTestError(
            "A blind test has two raters with names of their own: --rater ANN --rater BEN."
        )
    for name in order.raters:
        if not _RATER.fullmatch(name) or name in (ADJUDICATOR, ANSWERS, AUDIO):
            raise BlindTestError(
                f"'{name}' can't be a rater's name, which is a folder, too: use letters, digits "
                f"and dashes, and not {ADJUDICATOR}, {ANSWERS} or {AUDIO}."
            )


def _make(
    folder: Path,
    pairs: Sequence[Pair],
    order: Order,
    voices: Voices | None,
    on_call: Callable[[], None],
) -> Kit:
    random = Random(f"{order.seed} places")  # noqa: S311 a test has to be repeatable
    placed = place(len(pairs), random)
    key = _key(pairs, placed, order.seed)
    items = []
    for name, candidate, lines in _told(pairs, placed, order):
        audio = _sound(folder, name, candidate, lines, order.protocol, voices)
        shown = () if order.protocol.medium == "recordings" else lines
        items.append(Item(id=name, lines=shown, audio=audio))
        on_call()
    digest = sealed(key)[1]
    kit = Kit(
        test=test_name(digest, order.protocol),
        protocol=order.protocol,
        criteria=criteria(),
        raters=order.raters,
        items=tuple(sorted(items, key=lambda item: item.id)),
        sessions=tuple(schedule(placed, order.raters, order.most, random)),
        key_sha256=digest,
    )
    _write(folder, kit, key)
    return kit


def _fit(candidate: Candidate, protocol: Protocol) -> bool:
    heard = protocol.medium != "recordings" or candidate.recording is not None
    return heard and len(candidate.conversation.turns) >= FEWEST_TURNS


def _call(pair: Pair, arm: Arm) -> Candidate:
    return pair.human if arm == "human" else pair.agent


def _key(pairs: Sequence[Pair], placed: Sequence[Placed], seed: int) -> Key:
    def of(pair: Pair, where: Placed, side: Side) -> KeyCall:
        one = _call(pair, where.arm(side))
        return KeyCall(item=where.names[side], side=side, arm=one.arm, call=one.call, tier=one.tier)

    return Key(
        seed=seed,
        pairs=tuple(
            KeyPair(
                number=number,
                scenario=pair.scenario,
                distance=round(pair.distance, 3),
                calls=(of(pair, where, "left"), of(pair, where, "right")),
            )
            for number, (pair, where) in enumerate(zip(pairs, placed, strict=True), 1)
        ),
    )


def _told(
    pairs: Sequence[Pair], placed: Sequence[Placed], order: Order
) -> list[tuple[str, Candidate, tuple[Line, ...]]]:
    """Every call with its name, in the one style of all."""
    calls = [
        (where.names[side], _call(pair, where.arm(side)))
        for pair, where in zip(pairs, placed, strict=True)
        for side in SIDES
    ]
    style = Style.of(one.conversation for _, one in calls)
    masks = Masks(
        companies=tuple(sorted({one.company for _, one in calls} - {""})),
        names=tuple(sorted({name for _, one in calls for name in one.names} | set(order.names))),
        cut_disclosure=order.protocol.disclosure_cut,
    )
    return [(name, one, lines_of(one.conversation, style, masks)) for name, one in calls]


def _sound(
    folder: Path,
    name: str,
    candidate: Candidate,
    lines: Sequence[Line],
    protocol: Protocol,
    voices: Voices | None,
) -> str:
    """The file's name, "" for a test without sound."""
    if protocol.medium == "text":
        return ""
    to = folder / AUDIO / f"{name}.flac"
    if protocol.medium == "revoiced":
        if voices is None:
            raise ValueError("no voices to speak with")
        write_spoken(lines, voices, to)
    elif candidate.recording is not None:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(candidate.recording, to)
    return to.name


def _write(folder: Path, kit: Kit, key: Key) -> None:
    write_kit(folder, kit, key)
    (folder / ANSWERS).mkdir(exist_ok=True)
    for session in kit.sessions:
        page = folder / session.rater / f"session-{session.number}.html"
        write_text(page, rating_page(kit, session))
        give_sound(folder, kit, session.rater, session.items)


def give_sound(folder: Path, kit: Kit, rater: str, items: Sequence[str]) -> None:
    """The sound of these items beside a rater's pages, so that the rater's folder is whole."""
    for audio in filter(None, (kit.item(name).audio for name in items)):
        to = folder / rater / AUDIO / audio
        to.parent.mkdir(parents=True, exist_ok=True)
        if not to.exists():
            to.hardlink_to(folder / AUDIO / audio)
