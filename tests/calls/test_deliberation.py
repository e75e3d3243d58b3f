"""Replies that are prepared, adopted, dropped and merged; the conversation is the shipped one."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.calls.deliberation import Deliberation
from agent.dialogue.conversation import CallerTurn, Conversation
from agent.dialogue.loader import load_playbook
from agent.dialogue.reply import Reply
from agent.dialogue.understanding import Understander
from agent.turns.endpointing import Completeness
from agent.watchdog.engines import EngineWatch
from agent.watchdog.pool import EngineHung
from tests.dialogue.bag_of_words import BagOfWordsEncoder


@pytest.fixture(scope="module")
def understander() -> Understander:
    return Understander(load_playbook("larkfield"), BagOfWordsEncoder())


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
async def thought(understander: Understander, executor: ThreadPoolExecutor) -> Deliberation:
    conversation = Conversation(load_playbook("larkfield"), understander, seed=1)
    thought = Deliberation(conversation, executor)
    await thought.in_place(lambda talk: talk.open())
    return thought


async def test_a_prepared_reply_is_adopted_for_the_same_words(thought: Deliberation) -> None:
    before = thought.conversation
    assert await thought.prepare("yes please") is Completeness.UNDERSTOOD
    assert thought.conversation is before
    assert len(before.history) == 1
    reply = await thought.reply(CallerTurn("yes please", 0.9))
    assert reply.stage == "discovery"
    assert (thought.prepared, thought.adopted) == (1, 1)
    assert [exchange.text for exchange in thought.conversation.history][1] == "yes please"


async def test_other_words_get_a_reply_of_their_own(thought: Deliberation) -> None:
    await thought.prepare("yes")
    await thought.reply(CallerTurn("how much is it", 0.9))
    assert thought.adopted == 0
    assert thought.conversation.history[1].text == "how much is it"


async def test_any_words_may_follow_an_open_question(thought: Deliberation) -> None:
    await thought.reply(CallerTurn("yes please", 0.9))
    await thought.reply(CallerTurn("i am with another company", 0.9))
    assert thought.conversation.asked_openly
    assert await thought.prepare("i work from home") is None


async def test_a_turn_that_goes_on_is_understood_as_one(thought: Deliberation) -> None:
    before = thought.conversation
    await thought.reply(CallerTurn("yes please", 0.9))
    thought.turn_goes_on()
    await thought.reply(CallerTurn("but how much is it", 0.9))
    assert [e.text for e in thought.conversation.history if e.speaker == "caller"] == [
        "yes please but how much is it"
    ]
    assert len(before.history) == 1


async def test_a_reply_put_off_for_nothing_still_stands(thought: Deliberation) -> None:
    reply = await thought.reply(CallerTurn("yes please", 0.9))
    assert thought.stands() is None
    thought.turn_goes_on()
    assert thought.stands() is reply
    assert thought.stands() is None


async def test_a_prompt_makes_what_was_prepared_out_of_date(thought: Deliberation) -> None:
    await thought.prepare("yes please")
    await thought.in_place(lambda talk: talk.silence(1))
    await thought.reply(CallerTurn("yes please", 0.9))
    assert thought.adopted == 0


@pytest.mark.parametrize(
    "words",
    ["take me off your list", "i want to speak to a person", "stop talking",
     "it's four five three nine one one one one two two two two three"],
)  # fmt: skip
async def test_a_hard_rule_decides_even_over_an_open_question(
    thought: Deliberation, words: str
) -> None:
    await thought.reply(CallerTurn("yes please", 0.9))
    await thought.reply(CallerTurn("i am with another company", 0.9))
    assert thought.conversation.asked_openly
    assert await thought.prepare(words) is Completeness.DECIDED


class Change:
    """What a conversation is asked for; it hangs the first so many times."""

    def __init__(self, times: int) -> None:
        self.over = threading.Event()
        self._times = times

    def __call__(self, talk: Conversation) -> Reply:
        reply = talk.silence(1)
        if self._times:
            self._times -= 1
            self.over.wait(10)
        return reply


@pytest.mark.parametrize("times", [1, 2])
async def test_a_decision_that_hangs_is_made_once_more_and_leaves_no_trace(
    times: int, understander: Understander
) -> None:
    watch = EngineWatch(max_stuck=9)
    talk = Conversation(load_playbook("larkfield"), understander, seed=1)
    thought = Deliberation(talk, watch.pool("decide", 1, 0.05))
    watch.start()
    await thought.in_place(lambda talk: talk.open())
    change = Change(times)
    if times == 1:
        await thought.in_place(change)
        assert len(thought.conversation.history) == 2  # not three: the first try changed nothing
    else:
        with pytest.raises(EngineHung):
            await thought.in_place(change)
        assert len(thought.conversation.history) == 1
    assert thought.second_attempts == 1
    change.over.set()
    # Whatever became of it, the next turn is decided.
    assert (await thought.reply(CallerTurn("yes please", 0.9))).lines
    await watch.aclose()
