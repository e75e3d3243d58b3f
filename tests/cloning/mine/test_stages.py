from collections.abc import Collection

from agent.cloning.mine.acts.said import Act
from agent.cloning.mine.picture import flow_dot
from agent.cloning.mine.stages.find import find_stages
from agent.cloning.mine.stages.parts import Where, parts_of
from agent.cloning.mined import Evidence, MinedStage
from tests.cloning.mine.saying import said, said_in
from tests.cloning.mine.scripted import Script, material

GYM = """
A: Hello, the gym, Ann here.
C: I want to join.
A: What would you use most?
C: The pool.
A: Our water card fits you.
C: It's too dear.
A: I hear that.
C: Well.
A: Then take the half year.
C: Fine.
A: Shall I sign you up?
C: Yes.
A: So that's the water card from Monday.
C: Right.
A: Have fun, bye.
"""
ACTS: dict[str, Act] = {
    "Hello": "open", "What would": "discover", "Our water": "pitch", "I hear": "acknowledge",
    "Then take": "answer", "Shall I": "close", "So that's": "recap", "Have fun": "answer",
}  # fmt: skip


def parts(script: str, objections: Collection[Where] = (), **intents: int) -> list[str]:
    meant = {intent: [("c1", turn)] for intent, turn in intents.items()}
    return [part for _, part in parts_of(said(script, ACTS), meant, objections, {})]


def test_steps_make_parts_in_their_order() -> None:
    assert parts(GYM, objections={("c1", 5)}) == [
        "opening", "discovery", "offer", "objections", "objections", "close", "recap", "sign_off",
    ]  # fmt: skip


def test_an_answer_without_an_objection_is_part_of_the_offer() -> None:
    assert parts(GYM)[3:5] == ["offer", "offer"]


def test_a_wish_not_to_be_called_turns_the_call() -> None:
    assert parts(GYM, do_not_call=7)[4:] == [
        "do_not_call",
        "do_not_call",
        "do_not_call",
        "sign_off",
    ]


def test_nothing_is_read_back_before_something_was_agreed() -> None:
    early = "A: Hello.\nC: Yes?\nA: So that's Monday at ten, or Friday.\nC: Friday.\nA: Good."
    assert parts(early)[1] == "close"


def test_who_asks_for_an_address_takes_details_whatever_the_act() -> None:
    sentences = said(GYM, ACTS)
    asks = {id(s): "address" for s in sentences if s.text.startswith("What would")}
    found = [part for _, part in parts_of(sentences, {}, set(), asks)]
    assert found[1] == "details"


def test_stages_have_the_shares_of_what_follows() -> None:
    corpus = material({"c1": Script(GYM), "c2": Script(GYM), "c3": Script(GYM)})
    parted = parts_of(said_in(corpus, ACTS), {}, set(), {})
    lengths = {call: len(talk.turns) for call, talk in corpus.conversations.items()}
    stages = {stage.id: stage for stage in find_stages(parted, lengths)}
    assert stages["opening"].next == {"discovery": 1.0}
    assert stages["sign_off"].next == {"end": 1.0}
    assert stages["opening"].place == 0.0
    assert stages["recap"].calls == 3
    assert find_stages(parted, lengths)[0].id == "opening"


def test_what_one_call_has_is_no_stage() -> None:
    parted = parts_of(said(GYM, ACTS), {}, set(), {})
    assert find_stages(parted, {"c1": 15}) == ()


def test_the_picture_has_goals_quotes_and_shares() -> None:
    quote = Evidence(call="c1", turn=0, start=0.0, quote='Hello, the "gym"')
    stage = MinedStage(
        id="opening", goal="say who speaks", place=0.0, lines=(), next={"end": 0.75}, calls=3,
        evidence=(quote,),
    )  # fmt: skip
    dot = flow_dot((stage,))
    assert "say who speaks" in dot
    assert '\\"gym\\"' in dot
    assert '"opening" -> "end" [label="75%"' in dot
