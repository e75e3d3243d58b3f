"""A few calls of a dental practice, as material."""

from collections.abc import Sequence

from agent.cloning.grades import AgentGrade, CallGrade, Grades
from agent.cloning.mine.material import Material
from agent.cloning.recorded import Conversation, RecordedCall
from tests.evaluation.talk import talk

OPENINGS = (
    "a: Good morning, Alder Lane Dental, <AGENT_1> speaking, how can I help?",
    "a: Alder Lane Dental, good afternoon, how may I help you?",
    "a: Thank you for calling Alder Lane Dental, what can I do for you?",
    "a: Hello, you're through to Alder Lane.",
)
WISHES = (
    "c: Hi, I'm calling about a check-up for my daughter.",
    "c: Hello, I'm ringing because my tooth has broken.",
    "c: I'd like to book the hygienist, please.",
)
REST = (
    "a: I'm sorry to hear that. When would suit you?",
    "c: I work on Mondays, so Tuesday, with Denplan if that works.",
    "a: Of course. We have the Gold Denplan, so the hygienist is thirty pounds. Shall I book that?",
    "c: Yes please.",
    "a: Lovely, I'll send the confirmation today. Take care.",
)


def practice(
    count: int = 12, *, lower: bool = False, opening: Sequence[str] = OPENINGS
) -> Material:
    """Calls of two agents, every second one booked."""
    calls, conversations = {}, {}
    for number in range(count):
        name = f"d-{number:02}"
        lines = (opening[number % len(opening)], WISHES[number % len(WISHES)], *REST)
        calls[name] = RecordedCall(
            id=name,
            agent=("ann", "bob")[number % 2],
            outcome=("booked", "not_booked")[number % 2],
            won=number % 2 == 0,
        )
        conversations[name] = _heard(talk(*lines, call=name)) if lower else talk(*lines, call=name)
    return Material(calls, conversations, _grades(calls))


def _heard(conversation: Conversation) -> Conversation:
    """As a recogniser writes it; placeholders are put in afterwards."""
    table = str.maketrans("", "", ".,?!")
    turns = tuple(
        turn.model_copy(
            update={"text": turn.text.translate(table).lower().replace("<agent_1>", "<AGENT_1>")}
        )
        for turn in conversation.turns
    )
    return conversation.model_copy(update={"source": "recognised", "turns": turns})


def _grades(calls: dict[str, RecordedCall]) -> Grades:
    return Grades(
        calls=tuple(
            CallGrade(
                call=call.id, agent=call.agent, won=call.won, score=0.8,
                use="lines" if call.agent == "ann" else "contrast",
            )
            for call in calls.values()
        ),
        agents=tuple(
            AgentGrade(
                agent=agent, calls=6, decided=6, won=0, rate=0.5, low=0.4, high=0.6, quality=0.8,
                rank=rank, tier="top" if rank == 1 else "middle", trust=0.9,
            )
            for rank, agent in enumerate(("ann", "bob"), start=1)
        ),
    )  # fmt: skip
