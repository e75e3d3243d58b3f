"""Callers who ask not to be called, on SQLite and on PostgreSQL."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.do_not_call import DoNotCallRegister
from agent.records.numbers import NotANumber, normalised
from agent.records.records import DO_NOT_CALL
from agent.records.writer import RecordWriter
from tests.records.calls import CALL, NOON, OTHER, happened, started


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("+44 7700 900123", "+447700900123"),
        ("0044 (7700) 900-123", "+447700900123"),
        ("07700 900123", "07700900123"),
        ("1000", "1000"),
    ],
)
def test_numbers_are_kept_in_one_form(given: str, kept: str) -> None:
    assert normalised(given) == kept


@pytest.mark.parametrize("given", ["", "7", "anonymous", "12; drop", "+", "1" * 21])
def test_what_is_no_number_is_told(given: str) -> None:
    with pytest.raises(NotANumber, match="is no telephone number"):
        normalised(given)


async def test_a_callers_wish_is_on_the_register_before_the_call_has_ended(
    engine: AsyncEngine,
) -> None:
    writer = RecordWriter(engine)
    writer.start()
    writer.call_started(started(caller_number="00447700900123"))
    writer.call_started(started(OTHER, caller_number="anonymous"))
    for call in (CALL, CALL, OTHER):  # said twice; and by somebody who withholds the number
        writer.event(happened(DO_NOT_CALL, call_id=call))
    await writer.flush()
    register = DoNotCallRegister(engine)
    (entry,) = await register.all()
    assert (entry.number, entry.source, entry.call_id) == ("+447700900123", "call", CALL)
    assert entry.added_at == NOON
    assert writer.stats.dropped == 0
    await writer.aclose()


async def test_numbers_are_added_found_and_removed(engine: AsyncEngine) -> None:
    register = DoNotCallRegister(engine)
    assert await register.add(["0044 7700 900123", "+447700900123", "07700900456"], "tps") == 2
    assert await register.add(["+44 7700 900 123"], "operator") == 0
    found = await register.find("00447700900123")
    assert found is not None
    assert found.source == "tps"
    assert await register.find("+447700900999") is None
    assert await register.remove("+44 7700 900123")
    assert not await register.remove("+44 7700 900123")
    assert [entry.number for entry in await register.all()] == ["07700900456"]


async def test_one_bad_number_of_a_list_adds_none(engine: AsyncEngine) -> None:
    register = DoNotCallRegister(engine)
    with pytest.raises(NotANumber, match="'nobody'"):
        await register.add(["+447700900123", "nobody"], "file")
    assert await register.all() == []
