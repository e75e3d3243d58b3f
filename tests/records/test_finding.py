from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.errors import BadCursor
from agent.records.finding.finder import Finder
from agent.records.finding.wanted import CallsWanted
from agent.records.models import Call, Direction, Event, Latency, Speaker, Turn
from tests.records.calls import NOON


def call_id(number: int) -> str:
    return f"1f0c8a52-0000-4000-8000-{number:012d}"


async def keep(engine: AsyncEngine, number: int, *words: str, **values: Any) -> None:
    """A call that began so many minutes after noon, with a turn for each text."""
    began = NOON + timedelta(minutes=number)
    fields = {"ended_at": began + timedelta(seconds=60), "outcome": "sold", **values}
    this = call_id(number)
    async with AsyncSession(engine) as session:
        session.add(Call(id=this, instance="a", channel_id="1", started_at=began, **fields))
        await session.flush()
        for index, text in enumerate(words):
            session.add(
                Turn(call_id=this, index=index, speaker=Speaker.CALLER, text=text,
                     start_s=0.0, end_s=1.0)
            )  # fmt: skip
        await session.commit()


async def found(engine: AsyncEngine, **wanted: Any) -> list[int]:
    page = await Finder(engine).page(CallsWanted(**wanted))
    return [int(call.id[-12:]) for call in page.calls]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [3, 2, 1]),
        ({"since": "2026-03-02T12:02:00+00:00"}, [3, 2]),
        ({"until": "2026-03-02T13:02:00+01:00"}, [1]),
        ({"caller": "4420"}, [2]),
        ({"caller": "%"}, []),
        ({"outcome": "failed"}, [2]),
        ({"outcome": "live"}, [3]),
        ({"queue": "sales"}, [1]),
        ({"playbook": "larkfield"}, [2, 1]),
        ({"playbook": "larkfield 2"}, [2]),
        ({"direction": "outbound"}, [2]),
        ({"longer_s": "61"}, [2]),
        ({"shorter_s": 61, "longer_s": 59.5}, [1]),
        ({"barge_ins": 2}, [1]),
        ({"slow": True}, [2]),
        ({"trouble": True}, [1]),
        ({"outcome": "", "caller": "", "since": "", "direction": "", "barge_ins": ""}, [3, 2, 1]),
    ],
)
async def test_calls_are_found_by_what_they_were(
    engine: AsyncEngine, wanted: dict[str, Any], numbers: list[int]
) -> None:
    await keep(engine, 1, transfer_queue="sales", playbook_id="larkfield", playbook_version="1")
    await keep(
        engine, 2, caller_number="+442071838750", outcome="failed", direction=Direction.OUTBOUND,
        playbook_id="larkfield", playbook_version="2", ended_at=NOON + timedelta(minutes=9),
    )  # fmt: skip
    await keep(engine, 3, outcome=None, ended_at=None)
    async with AsyncSession(engine) as session:
        kinds = ("barge_in_committed", "barge_in_committed", "media_lost")
        for number, kind in enumerate(kinds):
            session.add(
                Event(call_id=call_id(1), sequence=number, at_s=0, happened_at=NOON, kind=kind)
            )
        name = "end_of_speech_to_first_audio"
        for number, ms in ((1, 900.0), (2, 1900.0)):
            session.add(Latency(call_id=call_id(number), sequence=9, name=name, ms=ms))
        await session.commit()
    assert await found(engine, **wanted) == numbers
    assert await Finder(engine).count(CallsWanted(**wanted)) == len(numbers)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("routers", [2, 1]),  # another form of the word
        ("router Faulty", [2]),
        ('"price of a router"', [1]),
        ("router summary", []),  # not in one text
        ("summarised", [3]),
        ("price:", [1]),
        ("AND OR * ( ) ' -", []),
        ('"', []),
    ],
)
async def test_calls_are_found_by_words(
    engine: AsyncEngine, words: str, numbers: list[int]
) -> None:
    await keep(engine, 1, "what is the price of a router", "hello")
    await keep(engine, 2, "my router is faulty")
    await keep(engine, 3, "nothing", summary="All of it summarised.")
    assert await found(engine, q=words) == numbers


async def test_an_excerpt_has_the_words_marked(engine: AsyncEngine) -> None:
    await keep(engine, 1, "hello", "the <b>router</b> is faulty")
    excerpt = (await Finder(engine).page(CallsWanted(q="routers"))).excerpts[call_id(1)]
    assert excerpt.turn == 1
    assert [text for text, is_found in excerpt.pieces if is_found] == ["router"]
    assert "faulty" in "".join(text for text, _ in excerpt.pieces)


async def test_words_that_are_changed_or_erased_are_not_found_any_more(
    engine: AsyncEngine,
) -> None:
    await keep(engine, 1, "postcode", summary="Gave a postcode.")
    await keep(engine, 2, "postcode")
    async with AsyncSession(engine) as session:
        turn = await session.get_one(Turn, (call_id(2), 0))
        turn.text = "[not kept]"
        await session.commit()
    assert await found(engine, q="postcode") == [1]
    async with engine.begin() as connection:
        await connection.execute(delete(Call).where(Call.id == call_id(1)))
    assert await found(engine, q="postcode") == []
    await keep(engine, 1, "another")
    assert await found(engine, q="another") == [1]


async def test_pages_go_on_where_the_last_one_ended(engine: AsyncEngine) -> None:
    for number in range(1, 8):
        await keep(engine, number)
    finder, wanted = Finder(engine), CallsWanted()
    seen: list[int] = []
    after = None
    for _ in range(3):
        page = await finder.page(wanted, after, limit=3)
        seen += [int(call.id[-12:]) for call in page.calls]
        await keep(engine, 100 + len(seen))  # a new call moves nothing
        after = page.older
    assert after is None
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    assert len([call async for call in finder.every(wanted)]) == 10


@pytest.mark.parametrize("cursor", ["", "x", "bm8", "WyIyMDI2LTAxLTAxIiwgIngiXQ"])
async def test_a_cursor_that_was_cut_off_is_named(engine: AsyncEngine, cursor: str) -> None:
    with pytest.raises(BadCursor, match="cut off"):
        await Finder(engine).page(CallsWanted(), cursor)
