"""All items through all policies, on as many processes as asked for."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

from agent.evaluation.sound.channel import FRAME_S
from agent.turns.settings import TurnSettings
from tests.bench.turns import vads
from tests.bench.turns.corpus import YIELD_KINDS, Item, build
from tests.bench.turns.metrics import EndOutcome, YieldOutcome, judge, words_lost
from tests.bench.turns.partials import ItemWords, Partial, PartialRecorder
from tests.bench.turns.plan import Spec
from tests.bench.turns.policies import REFERENCES, Contestant, Features
from tests.bench.turns.replay import YieldReplay, end_of_turn_s, features
from tests.bench.turns.understudy import understudy

FACTORS = (0.3, 0.4, 0.5, 0.6, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5)
_CHUNK = 8
# Detectors are compared on a part of the items: the neural one would double the run.
_COMPARED_EVERY = 4


@dataclass(frozen=True, slots=True)
class Options:
    """What one run does; `settings` are the product's."""

    seed: int
    vad: str
    policies: tuple[str, ...]
    settings: TurnSettings


@dataclass(frozen=True, slots=True)
class ItemResult:
    """Everything that is kept of one item."""

    item_id: str
    audio_sha256: str
    partials_sha256: str
    seconds: float
    yields: tuple[YieldOutcome, ...]
    ends: tuple[EndOutcome, ...]
    scored: tuple[vads.Scored, ...]
    words_lost: tuple[str, int] | None


def contestants(settings: TurnSettings, names: Sequence[str] = ()) -> tuple[Contestant, ...]:
    """The product and the references, or those of these names."""
    every = (understudy(settings), *REFERENCES)
    return tuple(c for c in every if not names or c.name in names)


def run(specs: Sequence[Spec], options: Options, processes: int) -> Iterator[list[ItemResult]]:
    """Chunks of results as they are ready, in any order; each item depends on its spec alone."""
    # Long items first: the last chunks are then short ones.
    ordered = sorted(specs, key=lambda s: (s.kind not in ("noise", "echo", "quiet"), s.item_id))
    chunks = [ordered[i : i + _CHUNK] for i in range(0, len(ordered), _CHUNK)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for done in as_completed(pool.submit(_work, chunk, options) for chunk in chunks):
            yield done.result()


def _work(chunk: Sequence[Spec], options: Options) -> list[ItemResult]:
    return [measure(spec, options) for spec in chunk]


@cache
def _recorder() -> PartialRecorder:
    return PartialRecorder()


def measure(spec: Spec, options: Options) -> ItemResult:
    """One item: build it, hear it, replay it with every policy."""
    item = build(spec, options.seed)
    words = _recorder().words(item)
    partials = words.partials(0, words.ticks)
    known = features(item, vads.maker(options.vad)) if item.echo is None else None
    judged = contestants(options.settings, options.policies)
    yields: tuple[YieldOutcome, ...] = ()
    ends: tuple[EndOutcome, ...] = ()
    if item.kind == "turn":
        assert known is not None
        ends = tuple(_ends(spec, item, known, words, judged))
    else:
        yields = tuple(_yields(item, known, words, options.vad, judged))
    return ItemResult(
        item_id=item.item_id,
        audio_sha256=_audio_hash(item),
        partials_sha256=hashlib.sha256(repr(partials).encode()).hexdigest(),
        seconds=len(item.arrival_s) * FRAME_S,
        yields=yields,
        ends=ends,
        scored=tuple(_scored(spec, item)),
        words_lost=_words_lost(item, partials),
    )


def _yields(
    item: Item,
    known: tuple[Features, ...] | None,
    words: ItemWords,
    vad: str,
    judged: Sequence[Contestant],
) -> Iterator[YieldOutcome]:
    for contestant in judged:
        if contestant.make_yield is not None:
            replay = YieldReplay(item, words, contestant.make_yield())
            yield judge(contestant.name, item, replay.run(known, vads.maker(vad)))


def _ends(
    spec: Spec,
    item: Item,
    known: tuple[Features, ...],
    words: ItemWords,
    judged: Sequence[Contestant],
) -> Iterator[EndOutcome]:
    assert spec.turn is not None
    assert item.event is not None
    for contestant in judged:
        for factor in FACTORS if contestant.make_end is not None else ():
            assert contestant.make_end is not None
            decided_s = end_of_turn_s(item, known, words, contestant.make_end(factor))
            yield EndOutcome(
                policy=contestant.name,
                item_id=item.item_id,
                condition=item.condition.name,
                voice=item.voice,
                place=spec.turn.place,
                detail=item.detail,
                factor=factor,
                end_s=item.event.end_s,
                decided_s=decided_s,
                item_end_s=len(item.arrival_s) * FRAME_S,
            )


def _scored(spec: Spec, item: Item) -> Iterator[vads.Scored]:
    number = int(spec.item_id.rpartition("-")[2])
    if item.kind in vads.LABELLED_KINDS and item.echo is None and not number % _COMPARED_EVERY:
        for name in vads.DETECTORS:
            yield vads.scored(name, item, features(item, vads.maker(name)))


def _words_lost(item: Item, partials: tuple[Partial, ...]) -> tuple[str, int] | None:
    """For an interruption, how much of its start the recogniser has missed."""
    event = item.event
    if item.kind not in YIELD_KINDS or event is None or item.echo is not None:
        return None
    before = [p.text for p in partials if p.at_s < event.onset_s]
    cut = len(before[-1].split()) if before else 0
    heard = partials[-1].text.split()[cut:] if partials else []
    return item.condition.name, words_lost(event.text, " ".join(heard))


def _audio_hash(item: Item) -> str:
    digest = hashlib.sha256(item.caller.tobytes())
    digest.update(item.arrival_s.tobytes())
    for utterance in item.agent:
        digest.update(utterance.pcm.tobytes())
    return digest.hexdigest()
