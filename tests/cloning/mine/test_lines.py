from collections.abc import Sequence

import numpy as np
import pytest

from agent.cloning.mine.acts.said import Act, Said
from agent.cloning.mine.acts.sentences import sentences
from agent.cloning.mine.acts.talks import by_call, goes_along
from agent.cloning.mine.lines.fit import Fit
from agent.cloning.mine.lines.rank import rank_lines, use_of
from agent.cloning.mine.material import Material
from agent.cloning.mined import Contradiction, Facts, MinedLine
from tests.cloning.mine.scripted import Script, material


def said_in(calls: Material, acts: dict[str, Act] | None = None) -> tuple[Said, ...]:
    """Sentences whose vectors are equal when their first words are; acts by their first word."""
    found = []
    for place in calls.places():
        for index, (start, end) in enumerate(sentences(place.turn)):
            text = place.turn.text[start:end]
            first = text.split()[0].strip(",.?!")
            vector = np.random.default_rng(sum(first.encode())).normal(size=64)
            found.append(Said(
                place=place, index=index, start=start, end=end, text=text,
                act=(acts or {}).get(first, "other"), question=text.endswith("?"),
                vector=(vector / np.linalg.norm(vector)).astype(np.float32),
            ))  # fmt: skip
    return tuple(found)


def spoken(agents_turn: str, *others: str, facts: Facts | None = None) -> str | None:
    """The line made of an agent's turn, after a customer said the other turns."""
    turns = "\n".join([*(f"C: {text}" for text in others), f"A: {agents_turn}"])
    calls = material({"x": Script(turns)})
    said = said_in(calls)
    run = [one for one in said if one.place.turn.speaker == "agent"]
    line = Fit(calls, said, facts).speakable(run)
    return None if line is None else line.text


@pytest.mark.parametrize(
    "text",
    [
        "Thank you, <PERSON_1>.",
        "I've put <PHONE_1> down for you.",
        "I'll ring you on Friday, then.",
        "My brother has one of those.",
        "I'm a real person, honestly.",
        "It's today only, so be quick.",
        "And the best part of it is—",
        "Is he at home in the evening?",
        "We fit it with the Zanzibar kit.",
    ],
)
def test_what_can_not_be_said_to_anybody_else(text: str) -> None:
    assert spoken(text) is None


def test_what_a_customer_brought_up_stays_with_them() -> None:
    assert spoken("You can cancel for nothing. Your greenhouse is safe.", "I've a greenhouse.") == (
        "You can cancel for nothing."
    )


def test_the_agents_name_and_hesitations() -> None:
    assert spoken("So, um, it's <AGENT_1> you ask for.") == "It's {agent_name} you ask for."
    assert spoken("Oh dear, that's a pity.") == "Oh dear, that's a pity."


def test_a_part_has_no_gap() -> None:
    text = "You can cancel. It's <PERSON_1>. It costs you nothing at all to wait."
    assert spoken(text) == "It costs you nothing at all to wait."


def test_numbers_have_to_be_facts() -> None:
    text = "You can cancel at any time. That costs you ninety pounds."
    assert spoken(text) == text
    assert spoken(text, facts=Facts(facts=())) == "You can cancel at any time."


def test_what_goes_against_a_fact_is_no_line() -> None:
    calls = material({"x": Script("A: It covers everything.")})
    said = said_in(calls)
    against = Contradiction(fact="", evidence=said[0].place.evidence(), why="")
    fit = Fit(calls, said, Facts(facts=(), contradictions=(against,)))
    assert fit.speakable(said) is None


def ranked(
    scripts: dict[str, Script], trust: dict[str, float] | None = None
) -> Sequence[MinedLine]:
    calls = material(scripts, trust)
    said = said_in(calls, {"Yes": "affirm", "No": "deny"})
    talks = by_call(said)
    uses = [
        use_of((one,), talks[one.place.call.id], calls)
        for one in said
        if one.place.turn.speaker == "agent"
    ]
    return rank_lines(uses, Fit(calls, said, None), step="close", prefix="close")


def test_what_works_comes_first_with_its_rate_and_lift() -> None:
    works = {
        f"w{i}": Script(f"A: Shall I book it {how}?\nC: Yes.", agent=f"a{i}")
        for i, how in enumerate(["in", "now", "today", "then"])
    }
    fails = {
        f"f{i}": Script(f"A: You want it {how}?\nC: No.", won=False)
        for i, how in enumerate(["in", "now", "today", "then"])
    }
    best, worst = ranked({**fails, **works})
    assert best.text.startswith("Shall I book it")
    assert (best.id, best.uses, best.won, len(best.agents)) == ("close.1", 4, 4, 4)
    assert best.win_rate > 0.7 > 0.3 > worst.win_rate
    assert best.lift is not None and best.lift.low > 0
    assert worst.lift is not None and worst.lift.high < 0


def test_too_few_uses_have_no_lift_and_no_certain_rate() -> None:
    (line,) = ranked({"a": Script("A: Shall I book it?\nC: Yes.")})
    assert line.lift is None
    assert line.win_rate < 0.9


def test_trusted_voices_and_good_calls_weigh_more() -> None:
    same = "A: {} it be Monday?\nC: Yes."
    scripts = {
        "weak": Script(same.format("Might"), agent="weak", use="contrast"),
        "top": Script(same.format("Could"), agent="top"),
    }
    scripts = {k: Script(s.lines.replace("Monday", "soon"), s.agent, s.won, s.use)
               for k, s in scripts.items()}  # fmt: skip
    first, _ = ranked(scripts, trust={"weak": 0.4, "top": 0.9})
    assert first.agents == ("top",)


def test_ranking_is_the_same_every_time() -> None:
    scripts = {f"c{i}": Script(f"A: Shall {i} be it?\nC: Yes.") for i in range(4)}
    assert ranked(scripts) == ranked(dict(scripts))


def test_whether_a_customer_went_along() -> None:
    calls = material({"x": Script("A: Shall I?\nC: No.\nA: Or later?\nC: Yes.\nA: Bye.")})
    (talk,) = by_call(said_in(calls, {"No": "deny", "Yes": "affirm"})).values()
    assert [goes_along(talk, at) for at in (0, 2, 4)] == [False, True, None]
