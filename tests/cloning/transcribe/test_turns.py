import json
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agent.cloning.recorded import Speaker, SpokenWord, Turn
from agent.cloning.transcribe.turns import turns_from, with_overlaps
from tests.bench.cloning.corpus import LARKFIELD


def words(*spans: tuple[float, float, str]) -> tuple[SpokenWord, ...]:
    return tuple(SpokenWord(text=text, start=start, end=end) for start, end, text in spans)


def turn(speaker: Speaker, start: float, end: float, text: str = "words") -> Turn:
    return Turn(speaker=speaker, start=start, end=end, text=text)


def said(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in turns]


def test_a_side_has_the_turn_until_the_other_one_speaks() -> None:
    agent = words((0.0, 0.5, "so"), (2.0, 2.5, "well"), (6.0, 6.5, "right"))
    customer = words((4.0, 4.5, "yes"))
    assert said(turns_from({"agent": agent, "customer": customer})) == [
        ("agent", "so well"),
        ("customer", "yes"),
        ("agent", "right"),
    ]


def test_a_long_silence_ends_a_turn() -> None:
    agent = words((0.0, 0.5, "hold"), (20.0, 20.5, "thanks"))
    assert said(turns_from({"agent": agent})) == [("agent", "hold"), ("agent", "thanks")]


def test_a_word_that_is_talked_over_neither_ends_a_turn_nor_interrupts() -> None:
    agent = words((0.0, 1.0, "it"), (1.2, 2.0, "costs"), (2.1, 3.0, "ten"))
    customer = words((1.0, 1.5, "mm"))
    long, short = turns_from({"agent": agent, "customer": customer})
    assert (long.text, short.text) == ("it costs ten", "mm")
    assert (short.overlap_s, short.interrupts) == (0.5, False)
    assert (long.overlap_s, long.interrupts) == (0.5, False)


def test_who_takes_the_turn_away_interrupts() -> None:
    first, second = with_overlaps([turn("agent", 0.0, 3.0), turn("customer", 2.0, 5.0)])
    assert (first.interrupts, second.interrupts) == (False, True)
    assert first.overlap_s == second.overlap_s == 1.0


def test_a_smooth_change_is_no_interruption() -> None:
    turns = with_overlaps([turn("agent", 0.0, 3.0), turn("customer", 2.9, 5.0)])
    assert not any(turn.interrupts for turn in turns)


def test_overlap_is_of_speech_and_not_of_the_pauses_in_it() -> None:
    agent = words((0.0, 1.0, "so"), (3.0, 4.0, "well"))
    pausing = turns_from({"agent": agent})[0]
    quick = turn("customer", 1.5, 2.5)
    assert [turn.overlap_s for turn in with_overlaps([pausing, quick])] == [0.0, 0.0]


def test_interruptions_are_where_the_corpus_writes_a_dash() -> None:
    """In Larkfield a turn that was cut off ends in an em dash."""
    for path in sorted((LARKFIELD / "transcripts").glob("*.json")):
        raw = json.loads(path.read_text("utf-8"))["turns"]
        turns = with_overlaps(
            Turn(**{key: turn[key] for key in ("speaker", "start", "end", "text")}) for turn in raw
        )
        cut_off = {
            number
            for number, before in enumerate(turns[:-1], 1)
            if before.text.endswith("—") and before.speaker != turns[number].speaker
        }
        assert {n for n, turn in enumerate(turns) if turn.interrupts} == cut_off, path.name


@given(
    st.dictionaries(
        st.sampled_from(["customer", "agent"]),
        st.lists(st.floats(0.05, 6.0), min_size=1, max_size=20),
    )
)
def test_no_word_is_lost_or_moved(gaps: dict[Speaker, list[float]]) -> None:
    legs: dict[Speaker, tuple[SpokenWord, ...]] = {}
    for speaker, pauses in gaps.items():
        now, leg = 0.0, []
        for number, pause in enumerate(pauses):
            leg.append(SpokenWord(text=f"w{number}", start=now + pause, end=now + pause + 0.3))
            now += pause + 0.3
        legs[speaker] = tuple(leg)
    turns = turns_from(legs)
    for speaker, leg in legs.items():
        assert tuple(w for turn in turns if turn.speaker == speaker for w in turn.words) == leg
    assert [turn.start for turn in turns] == sorted(turn.start for turn in turns)
    assert all(turn.text == " ".join(word.text for word in turn.words) for turn in turns)
