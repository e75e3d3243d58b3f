import re

import pytest

from agent.cloning.engines import Engines
from agent.cloning.recorded import Conversation, RecordedCall, SpokenWord, Turn
from agent.cloning.redact.company import Company
from agent.cloning.redact.namebook import NameBook, read_namebook
from agent.cloning.redact.plain import Redactor, redact_all
from agent.config import Settings
from tests.cloning.redact import desks

pytestmark = pytest.mark.models

_NUMBER = re.compile(r"\b(?:one|two|three|four|five|six|seven|eight|nine|\w+teen|\w+ty|hundred)\b")


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(Settings())


@pytest.fixture(scope="module")
def redactor(engines: Engines) -> Redactor:
    company = Company(words=frozenset({"brookfield"}))
    return Redactor(engines.grammar, read_namebook(engines.grammar), company)


@pytest.fixture(scope="module")
def names(engines: Engines) -> NameBook:
    return read_namebook(engines.grammar)


def turns(*said: str) -> Conversation:
    """Turns as "a: Hello."."""
    return Conversation(
        call="T-1",
        source="given",
        turns=tuple(
            Turn(
                speaker="agent" if line[0] == "a" else "customer",
                start=number * 5.0,
                end=number * 5.0 + 4,
                text=line[3:],
            )
            for number, line in enumerate(said)
        ),
    )


def redacted(redactor: Redactor, *said: str) -> list[str]:
    return [turn.text for turn in redactor.redact(turns(*said)).conversation.turns]


@pytest.mark.parametrize("trade", desks.DESKS)
def test_every_desks_calls_lose_what_is_personal_and_nothing_else(
    redactor: Redactor, trade: str
) -> None:
    desk = desks.DESKS[trade]
    done = redactor.redact(desks.conversation(desk)).conversation
    assert [desks.unnumbered(turn.text) for turn in done.turns] == desks.expected(desk)


@pytest.mark.parametrize("trade", desks.DESKS)
def test_a_recognisers_text_loses_it_too(redactor: Redactor, trade: str) -> None:
    desk = desks.DESKS[trade]
    done = redactor.redact(desks.conversation(desk, lower=True)).conversation
    for turn, secrets, clean in zip(
        done.turns, desks.secrets(desk), desks.expected(desk), strict=True
    ):
        left = f" {turn.text} "
        for secret in secrets:
            assert f" {desks.as_recognised(secret)} " not in left
        kept = desks.as_recognised(re.sub(r"<[A-Z]+>", " ", clean))
        assert _NUMBER.findall(kept) == _NUMBER.findall(re.sub(r"<[A-Z]+_\d+>", " ", left))


def test_a_name_found_once_is_replaced_in_the_whole_call(redactor: Redactor) -> None:
    assert redacted(
        redactor,
        "a: Is that Rui Duarte?",
        "c: Yes.",
        "a: Then it's Duarte with a D. Rui's the first name?",
    ) == [
        "a: Is that <PERSON_1>?"[3:],
        "Yes.",
        "Then it's <PERSON_1> with a D. <PERSON_1>'s the first name?",
    ]


def test_two_people_with_one_surname_are_two(redactor: Redactor) -> None:
    first, second = redacted(
        redactor, "c: Hello, Helen Marsh.", "c: And I'm her husband, Graham Marsh."
    )
    assert first == "Hello, <PERSON_1>." and "<PERSON_2>" in second


def test_the_same_value_has_the_same_number(redactor: Redactor) -> None:
    assert redacted(
        redactor,
        "a: What's the number?",
        "c: Oh seven seven double oh, nine double oh, one two three.",
        "a: Oh seven seven double oh, nine hundred, one two three?",
        "c: Or oh one six three two, nine six oh, one double one.",
    )[1:] == ["<PHONE_1>.", "<PHONE_1>?", "Or <PHONE_2>."]


def test_modal_verbs_and_months_are_not_people_in_a_recognisers_text(redactor: Redactor) -> None:
    said = [
        "a: hi may i speak to the account holder",
        "c: yes will you be long",
        "a: no it may be april before we can mark it paid",
        "c: to be frank i hope so",
    ]
    assert redacted(redactor, *said) == [line[3:] for line in said]


def test_staff_are_kept_apart_from_customers(redactor: Redactor) -> None:
    assert redacted(
        redactor,
        "a: Hello, you're through to Priya.",
        "c: Hi Priya, it's Helen Marsh.",
        "a: Hi Helen. I'll put you through to Moira.",
    ) == [
        "Hello, you're through to <AGENT_1>.",
        "Hi <AGENT_1>, it's <PERSON_1>.",
        "Hi <PERSON_1>. I'll put you through to <AGENT_2>.",
    ]


def test_words_of_a_recogniser_are_redacted_with_their_times(redactor: Redactor) -> None:
    text = "it's helen marsh ringing"
    words = tuple(
        SpokenWord(text=word, start=number, end=number + 0.9)
        for number, word in enumerate(text.split())
    )
    turn = Turn(speaker="customer", start=0, end=3.9, text=text, words=words)
    call = Conversation(call="T-1", source="recognised", turns=(turn,))
    (done,) = redactor.redact(call).conversation.turns
    assert done.text == "it's <PERSON_1> ringing"
    assert [(w.text, w.start, w.end) for w in done.words] == [
        ("it's", 0, 0.9),
        ("<PERSON_1>", 1, 2.9),
        ("ringing", 3, 3.9),
    ]


def test_what_many_customers_are_told_is_the_companys(engines: Engines) -> None:
    numbered = {
        f"T-{number}": turns(
            "a: Hello, it's Priya from Corvane.",
            "c: Hello.",
            "a: We're at twelve Mill Lane, on oh one six three two, nine six oh, one hundred.",
        ).model_copy(update={"call": f"T-{number}"})
        for number in range(3)
    }
    calls = {call: RecordedCall(id=call, agent="A1", customer=call) for call in numbered}
    for done in redact_all(numbered, calls, engines.grammar).values():
        assert done.turns[0].text == "Hello, it's <AGENT_1> from Corvane."
        assert done.turns[2].text == numbered["T-0"].turns[2].text


def test_an_illness_that_is_the_desks_trade_stays(engines: Engines) -> None:
    said = {
        f"T-{n}": turns("c: I ring about my hearing aid.").model_copy(update={"call": f"T-{n}"})
        for n in range(4)
    }
    said["T-9"] = turns("c: My pacemaker is acting up.").model_copy(update={"call": "T-9"})
    calls = {call: RecordedCall(id=call, customer=call) for call in said}
    done = redact_all(said, calls, engines.grammar)
    assert done["T-0"].turns[0].text == "I ring about my hearing aid."
    assert done["T-9"].turns[0].text == "<HEALTH_1>."


def test_the_same_corpus_gives_the_same_text(redactor: Redactor) -> None:
    call = desks.conversation(desks.INSURER)
    assert redactor.redact(call) == redactor.redact(call)


def test_names_that_are_words_need_a_sign(names: NameBook) -> None:
    assert {"mark", "will", "grace"}.isdisjoint(names.sure)
    assert {"helen", "priya", "graham"} <= names.sure
    assert names.is_word("calling") and not names.is_word("helen")
