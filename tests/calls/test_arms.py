"""What a call is led with in an experiment."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from agent.asterisk.events import Channel
from agent.calls.arms import Arms, Lead
from agent.calls.journal import CallJournal
from agent.dialogue.playbook import Playbook
from agent.dialogue.snapshot import PlaybookIdentity
from agent.experiments.settings import ExperimentSettings
from agent.records.records import CallStarted, EventRecord
from tests.calls.conftest import TURNS, Engines
from tests.calls.fakes import Notes
from tests.calls.playbook import TINY
from tests.calls.test_manager import Rig

QUICK = {"variants": {"as_ever": {}, "quick": {"turns": {"vad_threshold": 0.6}}}}


@dataclass
class Book:
    """Stands for a playbook in use."""

    identity: PlaybookIdentity
    playbook: Playbook = TINY


class House:
    """Arms with a playbook each; `books` are the outside's and the variants', in order."""

    def __init__(self, engines: Engines, **experiment: Any) -> None:
        self.notes = engines.notes
        settings = ExperimentSettings.model_validate(experiment)
        names = ["outside", *settings.variants]
        self.books = {name: Book(PlaybookIdentity(name, "1", name * 2)) for name in names}
        services = engines.services()
        leads: dict[str, Any] = {
            name: Lead(replace(services, fallback_queue=name), book)  # type: ignore[arg-type]
            for name, book in self.books.items()
        }
        self.arms = Arms(leads.pop("outside"), leads, settings, TURNS, self.open_journal)

    def open_journal(self, *call: Any, **values: Any) -> CallJournal:
        return CallJournal(*call, models={}, observers=(self.notes,), **values)


def channel(number: str) -> Channel:
    return Channel("1.1", "PJSIP/1", number, "", "8000")


def test_a_call_is_led_by_its_variants_playbook_and_settings(engines: Engines) -> None:
    house = House(engines, name="x", holdout=0.3, **QUICK)
    seen = set()
    for n in range(40):
        who = channel(f"+44770090{n:04}")
        arm = house.arms.of(who)
        arm.open_journal("call", who, None)
        started, assigned = house.notes.records[-2:]
        assert isinstance(started, CallStarted)
        assert isinstance(assigned, EventRecord)
        assert started.assignment is not None
        variant = started.assignment.variant
        led_by = "outside" if variant == "holdout" else variant
        assert (arm.services.fallback_queue, started.playbook_id) == (led_by, led_by)
        assert (assigned.kind, assigned.data["variant"]) == ("assigned", variant)
        seen.add(variant)
    assert seen == {"holdout", "as_ever", "quick"}


def test_without_an_experiment_nothing_is_assigned(engines: Engines) -> None:
    house = House(engines)
    house.arms.of(channel("201")).open_journal("call", channel("201"), None)
    (started,) = house.notes.records
    assert isinstance(started, CallStarted)
    assert (started.assignment, started.playbook_id) == (None, "outside")


def test_a_playbook_that_is_reloaded_begins_another_revision(engines: Engines) -> None:
    house = House(engines, name="x", **QUICK)
    before = house.arms.design.revision
    assert house.arms.design.revision == before
    house.books["quick"].identity = PlaybookIdentity("quick", "2", "changed")
    assert house.arms.design.revision != before


@pytest.fixture
async def rig(engines: Engines) -> AsyncIterator[Rig]:
    engines.arm_of = House(engines, name="x", **QUICK).arms.of  # type: ignore[method-assign]
    rig = Rig(engines)
    await rig.connect()
    yield rig
    await rig.aclose()


async def test_a_live_call_is_assigned_before_anything_is_said(rig: Rig, notes: Notes) -> None:
    await rig.greeted()
    first, second, *_ = notes.records
    assert isinstance(first, CallStarted)
    assert first.assignment is not None
    assert isinstance(second, EventRecord)
    assert second.kind == "assigned"


@pytest.fixture
def notes(engines: Engines) -> Notes:
    return engines.notes
