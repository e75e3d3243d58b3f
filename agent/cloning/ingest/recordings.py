"""Which sound files are one call's, and what each file holds."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.cloning.ingest.sound_file import SoundInfo, UnreadableSound, look_at
from agent.cloning.pipeline import Problem
from agent.cloning.recorded import Audio, Speaker

# The ends of names that telephone systems give the two legs of a call: MixMonitor's r() and t()
# record what is received from the channel, the caller, and what is sent to it.
_LEGS: Mapping[str, Speaker] = {
    **dict.fromkeys(
        ("in", "rx", "r", "read", "receive", "caller", "customer", "client", "cust", "left", "l"),
        "customer",
    ),
    **dict.fromkeys(
        ("out", "tx", "t", "write", "transmit", "callee", "agent", "operator", "right", "advisor"),
        "agent",
    ),
}  # fmt: skip
LEG_NAME = re.compile(rf"^(?P<call>.+)[-_. ](?P<leg>{'|'.join(_LEGS)})$", re.IGNORECASE)
# Shorter is no conversation: a call that was not taken, a wrong button.
SHORTEST_S = 3.0
# Legs of one call are not cut at the same sample, but they are about as long.
_LEG_DIFFERENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Recording:
    """One call's sound under the name that its files share."""

    name: str
    audio: Audio


@dataclass(frozen=True, slots=True)
class Recordings:
    """What a folder's sound files came to."""

    found: tuple[Recording, ...]
    problems: tuple[Problem, ...]


def understand(
    files: Sequence[Path],
    *,
    customer_channel: int,
    stereo_promised: bool = False,
    advance: Callable[[float], None] = lambda _: None,
) -> Recordings:
    """Pair the legs, look at each file, leave out what can't be used and copies of the same.

    `advance` is told how many files are done.
    """
    problems: list[Problem] = []
    found: list[Recording] = []
    for name, legs in _by_call(files):
        advance(len(legs))
        try:
            infos = [look_at(path) for path in legs]
        except UnreadableSound as error:
            problems.append(Problem(", ".join(p.name for p in legs), str(error), "Export it anew."))
            continue
        problem = _unusable(legs, infos)
        if problem is not None:
            problems.append(problem)
            continue
        problems += _told(legs, infos, stereo_promised)
        found.append(Recording(name, _audio(legs, infos, customer_channel)))
    kept, copies = _without_copies(found)
    return Recordings(tuple(kept), (*problems, *copies))


def _by_call(files: Sequence[Path]) -> Iterable[tuple[str, tuple[Path, ...]]]:
    """Calls in order of name, each with one file or with the customer's and the agent's."""
    legs: dict[tuple[Path, str], dict[Speaker, Path]] = {}
    whole: list[tuple[str, tuple[Path, ...]]] = []
    for path in files:
        matched = LEG_NAME.match(path.stem)
        if matched is None:
            whole.append((path.stem, (path,)))
            continue
        side = _LEGS[matched["leg"].lower()]
        beside = legs.setdefault((path.parent, matched["call"]), {})
        if side in beside:
            whole.append((path.stem, (path,)))
        else:
            beside[side] = path
    for (_, name), sides in legs.items():
        if len(sides) == 2:
            whole.append((name, (sides["customer"], sides["agent"])))
        else:
            # A name that merely ends like a leg's.
            whole += [(path.stem, (path,)) for path in sides.values()]
    return sorted(whole)


def _unusable(legs: Sequence[Path], infos: Sequence[SoundInfo]) -> Problem | None:
    name = ", ".join(path.name for path in legs)
    longest_s = max(info.duration_s for info in infos)
    if longest_s < SHORTEST_S:
        return Problem(
            name, f"it is only {longest_s:.1f} s long", "It is left out: nothing is said in it."
        )
    channels = max(info.channels for info in infos)
    if len(legs) == 2 and (
        channels > 1 or abs(infos[0].duration_s - infos[1].duration_s) > _LEG_DIFFERENCE_S
    ):
        return Problem(
            name,
            "they look like the two legs of a call and are not: they are stereo, or one is more "
            f"than {_LEG_DIFFERENCE_S:.0f} s longer",
            "Rename them if they are calls of their own.",
        )
    if channels > 2:
        return Problem(name, f"it has {channels} channels", "Give one or two.")
    return None


def _told(legs: Sequence[Path], infos: Sequence[SoundInfo], stereo_promised: bool) -> list[Problem]:
    """What is worth knowing of a recording that is used all the same."""
    told = []
    name = ", ".join(path.name for path in legs)
    missing_s = max(info.missing_s for info in infos)
    if missing_s > 1.0:
        told.append(
            Problem(
                name,
                f"the file is cut off: about {missing_s:.0f} s that its header promises are not "
                "there",
                "What there is is used; copy it again to have the rest.",
            )
        )
    if stereo_promised and len(legs) == 1 and infos[0].channels == 1:
        told.append(
            Problem(
                name,
                "it is mono, where stereo was promised",
                "Its speakers are told apart by their voices, which is less sure.",
            )
        )
    return told


def _audio(legs: Sequence[Path], infos: Sequence[SoundInfo], customer_channel: int) -> Audio:
    content = hashlib.sha256()
    for path in legs:
        with path.open("rb") as file:
            content.update(hashlib.file_digest(file, "sha256").digest())
    stereo = infos[0].channels == 2
    return Audio(
        layout="separate" if len(legs) == 2 else "stereo" if stereo else "mono",
        files=tuple(legs),
        customer_channel=customer_channel if stereo else 0,
        sha256=content.hexdigest(),
        duration_s=round(max(info.duration_s for info in infos), 2),
    )


def _without_copies(found: Iterable[Recording]) -> tuple[list[Recording], list[Problem]]:
    first: dict[str, Recording] = {}
    problems = []
    for recording in found:
        earlier = first.setdefault(recording.audio.sha256, recording)
        if earlier is not recording:
            problems.append(
                Problem(
                    recording.audio.files[0].name,
                    f"it is the same recording as {earlier.audio.files[0].name}",
                    "It is counted once.",
                )
            )
    return list(first.values()), problems
