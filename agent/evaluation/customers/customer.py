"""One simulated customer in one call: what it takes in, decides and says."""

from random import Random

from agent.dialogue.playbook import Playbook
from agent.dialogue.reply import Reply
from agent.evaluation.customers import mind
from agent.evaluation.customers.ears import Ears
from agent.evaluation.customers.mind import Dials, Mind, Turn
from agent.evaluation.customers.persona import Persona, Reason
from agent.evaluation.customers.wording import Mouth, Phrases


class Customer:
    """The same persona, random numbers and agent turns make the same customer."""

    def __init__(
        self,
        persona: Persona,
        playbook: Playbook,
        phrases: Phrases,
        meant: dict[Reason, str],
        dials: Dials,
        random: Random,
        *,
        aloud: bool = False,
    ) -> None:
        """`aloud`: its words are spoken."""
        self.persona = persona
        self._random = random
        self._dials = dials
        self._ears = Ears(playbook, meant)
        self._mind = mind.begin(persona, random)
        self._mouth = Mouth(phrases, persona, playbook, random, aloud=aloud)

    @property
    def mind(self) -> Mind:
        """Its hidden state."""
        return self._mind

    def answers(self, reply: Reply) -> tuple[Turn, bool]:
        """What it does after the agent's turn, and whether the agent has ended the call."""
        heard = self._ears.hear(reply, self._mind.open)
        self._mind, turn = mind.respond(self.persona, self._mind, heard, self._random, self._dials)
        return turn, heard.over

    def cuts_in(self) -> Turn | None:
        """What it has to say in the middle of the agent's turn, if anything."""
        found = mind.cut_in(self._mind)
        if found is None:
            return None
        self._mind, turn = found
        return turn

    def words(self, turn: Turn) -> str:
        """A turn's words; "" for one without any."""
        return self._mouth.words(turn)

    def back_channel(self) -> str:
        """What it says to show that it listens."""
        return self._mouth.back_channel()
