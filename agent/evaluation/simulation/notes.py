"""What is noted of a simulated call while it goes on, and what comes of it."""

from dataclasses import replace

from agent.cloning.recorded import Conversation as Recorded
from agent.cloning.recorded import Speaker, Turn
from agent.dialogue.reply import Reply, Transfer
from agent.evaluation.customers.customer import Customer
from agent.evaluation.customers.mind import Does
from agent.evaluation.group_scores import group_scores
from agent.evaluation.rubric.score import score_call
from agent.evaluation.simulation.agent import Dialogue
from agent.evaluation.simulation.gates import (
    Breach,
    answer_breaches,
    fact_breaches,
    opening_breaches,
)
from agent.evaluation.simulation.heard import Heard
from agent.evaluation.simulation.simulated_call import HUNG_UP, TRANSFERRED, SimulatedCall, Taken
from agent.evaluation.simulation.world import World


class CallNotes:
    """One call's transcript, stages and breaches."""

    def __init__(self, world: World, seed: str) -> None:
        self._world = world
        self._seed = seed
        self._turns: list[tuple[Turn, Taken]] = []
        self._stages: list[str] = []
        self._breaches: list[Breach] = []
        self._not_understood = 0
        self._asked_removal = False

    def decided(self, reply: Reply, after: Dialogue, does: Does | None) -> None:
        """What the agent has said to what the customer did; None: to nothing."""
        if not self._stages:
            self._breaches += opening_breaches(reply)
        if not self._stages or self._stages[-1] != reply.stage:
            self._stages.append(reply.stage)
        self._not_understood += self.asks_again(reply)
        book = self._world.playbook
        self._breaches += fact_breaches(
            book, self._world.approved, reply, book.assumed(after.slots)
        )
        self._take(reply)
        if does is not None:
            self._breaches += answer_breaches(does, reply, after.disposition)

    def _take(self, reply: Reply) -> None:
        """What the agent took the customer's turn before its own for."""
        heard = reply.understanding
        if heard is None:
            return
        began_s = max((turn.start for turn, _ in self._turns if turn.speaker == "agent"), default=0)
        for at, (turn, taken) in reversed(list(enumerate(self._turns))):
            if turn.speaker == "customer" and turn.start < began_s:
                meant = replace(taken, intent=heard.intent, objection=heard.objection)
                self._turns[at] = (turn, meant)
                return

    def asks_again(self, reply: Reply) -> bool:
        """Whether the agent says that it has not understood."""
        no_match = self._world.playbook.repair.no_match
        return any(line.line_id in no_match for line in reply.lines)

    def customer_does(self, does: Does) -> None:
        """What the gates have to know of the customer."""
        self._asked_removal |= does is Does.REMOVE_ME

    def said(self, speaker: Speaker, text: str, start_s: float, end_s: float, taken: Taken) -> None:
        """A turn for the transcript, as far as it was heard."""
        if text:
            turn = Turn(speaker=speaker, start=start_s, end=end_s, text=text)
            self._turns.append((turn, taken))

    def never_ends(self, why: str) -> None:
        """Somebody else had to end it."""
        self._breaches.append(Breach("no end", "", why))

    def result(
        self,
        customer: Customer,
        agent: Dialogue,
        last: Reply,
        *,
        left: bool,
        heard: Heard | None = None,
    ) -> SimulatedCall:
        """What came of the call, by the agent's conversation and its last reply."""
        playbook, mind = self._world.playbook, customer.mind
        turns = sorted(self._turns, key=lambda one: one[0].start)
        said = tuple(turn for turn, _ in turns)
        conversation = Recorded(call=self._seed, source="given", turns=said)
        outcome = agent.disposition
        if not outcome:
            outcome = TRANSFERRED if isinstance(last.action, Transfer) else HUNG_UP
        return SimulatedCall(
            persona=customer.persona.id,
            seed=self._seed,
            can_be_won=customer.persona.buyable,
            outcome=outcome,
            bought=mind.bought,
            done=mind.bought and outcome == playbook.objective.definition_of_done,
            left=left,
            asked_removal=self._asked_removal,
            raised=mind.raised,
            settled=mind.settled,
            stages=tuple(self._stages),
            not_understood=self._not_understood,
            rubric=group_scores(score_call(conversation, company=playbook.persona.company)),
            breaches=tuple(self._breaches),
            conversation=conversation,
            taken=tuple(taken for _, taken in turns),
            heard=heard,
        )
