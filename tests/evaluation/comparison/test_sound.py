import json
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from agent.evaluation.comparison.console import print_findings
from agent.evaluation.comparison.findings import find
from agent.evaluation.comparison.page import page
from agent.evaluation.comparison.sound import BINS, sound_of
from agent.evaluation.comparison.told import as_json, sound_rows
from agent.evaluation.customers.persona import shipped_personas
from agent.evaluation.simulation.heard import Heard
from tests.evaluation.simulation.calls import side, won

QUICK = Heard(100.0, (300.0, 500.0, 1500.0), (200.0,), (True, True), words=10, words_wrong=1)
SLOW = Heard(100.0, (2500.0, 9000.0), (None, 1200.0), (False,), words=10, words_wrong=5)
PERSONAS = shipped_personas()
SPOKEN = side("old", *(replace(won(i), heard=QUICK) for i in range(12)))
WORSE = side("new", *(replace(won(i), heard=SLOW) for i in range(12)))
IN_TEXT = side("text", *(won(i) for i in range(12)))


def test_figures_are_pooled_over_calls() -> None:
    sound = sound_of([QUICK, SLOW])
    assert sound is not None
    assert sound.answer_p50_ms == 1500
    assert (sound.cut_ins, sound.made_room) == (3, 1)
    assert (sound.asides, sound.kept_on) == (3, 2)
    assert sum(sound.answers) == 5
    assert sound.answers[-1] == 2
    assert len(sound.answers) == BINS


def test_a_call_in_which_nothing_happened_has_no_figures() -> None:
    sound = sound_of([Heard(5.0)])
    assert sound is not None
    shown = [figure for _, figure in sound_rows(sound)]
    assert shown[:5] == ["-"] * 5
    assert sound_of([]) is None


def test_a_version_that_is_slow_and_deaf_is_worse_in_what_shows_it() -> None:
    named = {one.measure for one in find([SPOKEN, WORSE], PERSONAS).worse}
    assert {
        "answers within 0.9 s",
        "cut in, silent within 1 s",
        "cough or hum, went on",
        "words misheard",
    } <= named


@pytest.mark.parametrize(("sides", "shown"), [((SPOKEN, WORSE), True), ((IN_TEXT,), False)])
def test_the_line_is_told_of_where_there_was_one(sides: tuple, shown: bool) -> None:  # type: ignore[type-arg]
    findings = find(sides, PERSONAS)
    told, terminal = json.loads(json.dumps(as_json(findings))), StringIO()
    print_findings(findings, Console(file=terminal, width=200))
    assert ("On the line" in page(findings, ())) is shown
    assert ("words misheard" in terminal.getvalue()) is shown
    assert (told["versions"][0]["sound"] is not None) is shown
    assert ("words misheard" in told["versions"][0]["measures"]) is shown
