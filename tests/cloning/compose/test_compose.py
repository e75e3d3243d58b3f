"""A composed playbook: what is in it, what is not, and that it can always be run."""

import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import pytest

from agent.cloning.compose.assemble import compose
from agent.cloning.compose.brief import Brief
from agent.cloning.compose.composition import Composition
from agent.cloning.compose.house import House
from agent.cloning.compose.playbook_file import playbook_text
from agent.cloning.compose.said import Sayer, Unfit
from agent.cloning.mined import Facts, MinedObjection, Talk
from agent.cloning.review.reviewed import Reviewed
from agent.dialogue.lint import Finding, lint
from agent.dialogue.loader import load_with_source
from agent.dialogue.playbook import VARIABLE, Playbook
from agent.dialogue.understanding import Understander
from tests.cloning.compose.dental import BRIEF, FACTS, TALK, heard, line
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.simulation.calls import simulate

OUTBOUND = replace(BRIEF, direction="outbound")
SAYER = Sayer(BRIEF, House.load(), FACTS.facts)
TODAY = date(2026, 11, 21)


def composed(talk: Talk = TALK, facts: Facts = FACTS, brief: Brief = BRIEF) -> Composition:
    return compose(Reviewed(facts, talk), brief)


@cache
def practice() -> Composition:
    return composed()


def loaded(composition: Composition, folder: Path) -> tuple[Playbook, list[Finding]]:
    path = folder / "playbook.yaml"
    path.write_text(playbook_text(composition.book), "utf-8")
    source = load_with_source(path)
    return source.playbook, lint(source, today=TODAY)


def why(composition: Composition, item: str) -> str:
    return next(out.why for out in composition.not_used.left_out if out.item == item)


def with_line(text: str, **changes: object) -> Talk:
    """The practice's talk with one more line, the best of its pitch."""
    added = line("offer.0", "pitch", text, "offer").model_copy(update=changes)
    stages = tuple(
        stage.model_copy(update={"lines": ("offer.0", *stage.lines)})
        if stage.id == "offer"
        else stage
        for stage in TALK.stages
    )
    return TALK.model_copy(update={"lines": (*TALK.lines, added), "stages": stages})


@pytest.mark.parametrize("brief", [BRIEF, OUTBOUND], ids=["inbound", "outbound"])
def test_lint_finds_nothing_in_either_direction(brief: Brief, tmp_path: Path) -> None:
    playbook, findings = loaded(composed(brief=brief), tmp_path)
    assert findings == []
    assert (playbook.outbound is not None) == (brief is OUTBOUND)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_missing_the_playbook_can_be_run(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    kept = random.choice((0.0, 0.3, 0.7))
    some = {
        name: tuple(item for item in getattr(TALK, name) if random.random() < kept)
        for name in Talk.model_fields
    }
    facts = tuple(fact for fact in FACTS.facts if random.random() < kept)
    composition = composed(Talk.model_validate(some), Facts(facts=facts))
    _, findings = loaded(composition, tmp_path)
    assert findings == []


def test_without_anything_a_colleague_is_offered(tmp_path: Path) -> None:
    nothing = Talk(stages=(), slots=(), intents=(), objections=(), lines=(), must_say=())
    composition = composed(nothing, Facts(facts=()))
    playbook, _ = loaded(composition, tmp_path)
    assert playbook.stage("opening").exits[0].to == "offer_human"
    assert "stages" in [gap.place for gap in composition.not_used.gaps]


def test_simulated_callers_hear_nothing_wrong_and_come_to_an_end(tmp_path: Path) -> None:
    playbook, _ = loaded(practice(), tmp_path)
    calls = list(simulate(playbook, Understander(playbook, BagOfWordsEncoder()), range(40)))
    assert [fault for call in calls for fault in call.faults] == []
    assert "booked" in {call.disposition for call in calls}
    assert sum(call.stopped for call in calls) == 0


def test_same_input_same_playbook() -> None:
    assert playbook_text(composed().book) == playbook_text(practice().book)


def test_numbers_are_said_by_their_fact() -> None:
    book = practice().book
    assert book["lines"]["offer.1"]["text"] == "A check-up with us is {check_up_fee}."
    assert book["facts"]["check_up_fee"]["spoken"] == "forty-eight pounds"
    assert book["facts"]["check_up_fee"]["source"] == "call D-01, turn 11; 7 calls, 2 agents"


def test_a_name_with_a_number_is_a_fact_and_licenses_no_number() -> None:
    brief = replace(BRIEF, products=("Cover Plus Forty",))
    sayer = Sayer(brief, House.load(), FACTS.facts)
    assert sayer.line("You'd want Cover Plus Forty.") == "You'd want {name_of_cover_plus_forty}."
    with pytest.raises(Unfit, match="'40'"):
        sayer.line("It's only forty to you.")


def test_an_amount_is_a_fact_s_only_where_the_fact_was_stated() -> None:
    elsewhere = [heard("That's forty-eight pounds you save.", turn=99)]
    with pytest.raises(Unfit, match="'48'"):
        SAYER.line("That's forty-eight pounds you save.", elsewhere)


def test_no_line_of_a_call_holds_a_placeholder_or_names_what_is_not_there(tmp_path: Path) -> None:
    playbook, _ = loaded(practice(), tmp_path)
    known = {*playbook.facts, *playbook.slots, "agent_name", "company", "queue_place", "queue_wait"}
    for text in (text for spoken in playbook.lines.values() for text in spoken.texts):
        assert "<" not in text
        assert set(VARIABLE.findall(text)) <= known


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("My name's <AGENT_1>, I'm calling from Willow Lane Dental.", "introduces"),
        ("It's Anna from Willow Lane Dental.", "introduces"),
        ("I promise I'm a real person.", "human"),
        ("I've got the diary in front of me.", "desk"),
        ("My daughter goes there and she loves it.", "life of one's own"),
        ("Bear with me while it comes up.", "screen"),
        ("You said you were here in spring.", "one customer"),
        ("That comes to thirty pounds.", "'30'"),
        ("That's fine, <PERSON_1>, we do that.", "<PERSON_1>"),
        ("Ask for Marjorie when you come.", "'marjorie'"),
        ("Come in on Tuesday and see.", "'tuesday'"),
        ("To be honest it's the best there is.", "forbidden"),
        ("Can you give me the long number on the card?", "payment"),
        ("Is he about?", "only this customer knows"),
        ("I'd ask her about that first.", "only this customer knows"),
        ("I'll send you an email tonight.", "can't see to"),
        ("I'd waive that for you this once.", "favour"),
        ("Well " * 50, "nobody listens"),
    ],
)
def test_what_software_can_not_say_is_told_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(Unfit, match=re.escape(reason)):
        SAYER.line(text, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("um, well, he tells you the price before he starts",
         "Well, he tells you the price before he starts."),
        ("A check-up with us is forty-eight pounds. " + "And then we see what comes. " * 12,
         "A check-up with us is {check_up_fee}. " + "And then we see what comes. " * 5),
        ("Forty-eight pounds's the price.", "{check_up_fee} is the price."),
    ],
)  # fmt: skip
def test_what_can_be_said_is_written_clean_short_and_with_its_facts(text: str, said: str) -> None:
    assert SAYER.line(text, [heard("", turn=11)]) == said.strip()


def test_what_can_not_be_said_is_left_out_and_listed() -> None:
    composition = composed(with_line("My daughter goes there and she loves it."))
    assert "life of one's own" in why(composition, "line:offer.0")
    assert "she loves it" not in str(composition.book)


def test_words_of_a_turn_that_was_wrong_are_left_out() -> None:
    assert "not true" in why(practice(), "line:offer.3")


def test_a_disputed_fact_waits_for_a_person() -> None:
    assert "waiting_time" not in practice().book["facts"]
    accepted = compose(Reviewed(FACTS, TALK, approved=frozenset({"waiting_time"})), BRIEF)
    assert accepted.book["facts"]["waiting_time"]["source"] == "approved"


def test_must_say_is_locked_and_said_before_anything_is_agreed() -> None:
    book = practice().book
    ids = [stage["id"] for stage in book["stages"]]
    terms = next(stage for stage in book["stages"] if stage["id"] == "terms")
    assert terms["entry"][0] == "terms.notice"
    assert book["lines"]["terms.notice"]["locked"]
    assert "terms.notice" in book["compliance"]["must_say"]
    assert ids.index("terms") < ids.index("capture")


def test_a_must_say_without_a_line_that_can_be_said_is_missing_aloud() -> None:
    talk = with_line("My wife says so, too.", id="lonely.1")
    bad = talk.must_say[0].model_copy(update={"line": "lonely.1"})
    composition = composed(talk.model_copy(update={"must_say": (bad,)}))
    assert "must_say.notice" in [gap.place for gap in composition.not_used.gaps]


def test_an_objection_without_an_answer_gets_the_house_s_words() -> None:
    composition = practice()
    objection = next(o for o in composition.book["objections"] if o["id"] == "no_way")
    assert objection["answer"] == ["own.answer.1"]
    assert "objections.no_way.answer" in [gap.place for gap in composition.not_used.gaps]


def test_a_model_is_told_of_one_part_of_the_call_and_its_own_values() -> None:
    pitch = next(stage for stage in practice().book["stages"] if stage["id"] == "pitch")
    assert pitch["prompt"] == (
        "Part of the call: what the visit is and what it costs. Manner: calm, brief. "
        "Values that hold here: forty-eight pounds."
    )
    assert practice().book["lines"]["afraid.ack"]["reword"]
    assert not practice().book["lines"]["afraid.slow"].get("reword")


def test_reasons_of_any_trade_are_known_though_nobody_gave_them() -> None:
    composition = composed(TALK.model_copy(update={"objections": ()}))
    known = {one["id"]: one for one in composition.book["objections"]}
    assert {"price", "ask_other", "think", "in_contract"} <= known.keys()
    assert "i'd have to ask my husband first" in known["ask_other"]["triggers"]
    assert composition.book["lines"][known["think"]["answer"][0]]["text"]
    assert "objections.think" not in composition.origins
    assert not [gap for gap in composition.not_used.gaps if gap.place.startswith("objections.")]


def test_an_objection_keeps_the_words_of_the_house_rule_it_replaces() -> None:
    own = next(i for i in composed().book["intents"] if i["id"] == "not_interested")
    mined = MinedObjection(
        id="not_interested", description="does not want it", examples=(heard("I'm all set."),),
        met=3, overcome=1,
    )  # fmt: skip
    book = composed(TALK.model_copy(update={"objections": (mined,)})).book
    objection = next(one for one in book["objections"] if one["id"] == "not_interested")
    assert objection["triggers"][0] == "i'm all set"
    assert set(own["phrases"]) <= set(objection["phrases"])
    assert "not_interested" not in {intent["id"] for intent in book["intents"]}


def test_good_luck_is_no_answer_to_an_objection() -> None:
    said = line("no_way.answer", "answer", "Good luck with the little one.")
    mined = MinedObjection(
        id="no_way", description="won't", examples=(heard("No way, sorry."),),
        answer=("no_way.answer",), met=2, overcome=1,
    )  # fmt: skip
    talk = TALK.model_copy(update={"objections": (mined,), "lines": (*TALK.lines, said)})
    composition = composed(talk)
    objection = next(one for one in composition.book["objections"] if one["id"] == "no_way")
    assert objection["answer"] == ["own.answer.1"]


def test_an_objection_may_not_take_over_do_not_call() -> None:
    stolen = MinedObjection(
        id="do_not_call",
        description="no calls",
        examples=(heard("Don't ring."),),
        met=3,
        overcome=0,
    )
    composition = composed(TALK.model_copy(update={"objections": (stolen,)}))
    assert "do_not_call" not in {one["id"] for one in composition.book["objections"]}
    assert next(i for i in composition.book["intents"] if i["id"] == "do_not_call")["hard"]


def test_questions_are_answered_by_the_best_line_or_the_fact_or_honestly() -> None:
    book = practice().book
    then = {intent["id"]: intent.get("then") for intent in book["intents"]}
    assert then["ask_fee"] == {"say": ["offer.1"], "to": "@stay"}
    assert then["ask_x_rays"] == {"say": ["fact.x_rays"], "to": "@stay"}
    assert then["ask_parking"] == {"say": ["scope.unknown"], "to": "offer_human"}


def test_customers_words_join_the_house_s_examples_without_what_is_personal() -> None:
    affirm = next(i for i in practice().book["intents"] if i["id"] == "affirm")
    assert "yeah that'd be great" in affirm["examples"]
    assert not any("person" in example for example in affirm["examples"])


def test_every_part_from_calls_tells_its_place_and_its_quote() -> None:
    composition = practice()
    of_mined = {name for name in composition.book["lines"] if name in {m.id for m in TALK.lines}}
    assert {f"lines.{name}" for name in of_mined} <= set(composition.origins)
    assert all(origin.evidence for origin in composition.origins.values())
    assert composition.origins["lines.afraid.slow"].lift is not None


def test_outbound_the_best_reason_and_permission_follow_the_disclosure() -> None:
    added = line("why.1", "open", "We're ringing about your yearly check-up.", "greeting")
    asked = line("ok.1", "permission", "Have you got a minute?", "greeting")
    talk = TALK.model_copy(update={"lines": (added, asked, *TALK.lines)})
    stages = {stage["id"]: stage for stage in composed(talk, brief=OUTBOUND).book["stages"]}
    entry = stages["outbound_opening"]["entry"]
    assert entry[0] == "out.hello"
    assert entry[1] == "why.1"
    assert entry[-1] in ("ok.1", "open.2")
