"""A gym with two memberships as miners would describe it: what each costs, and what both share."""

from agent.cloning.compose.brief import Brief
from agent.cloning.mined import (
    Facts,
    MinedFact,
    MinedIntent,
    MinedLine,
    MinedStage,
    MustSay,
    Step,
    Talk,
)
from tests.cloning.compose.dental import heard, line

BRIEF = Brief(
    company="Northgate Gym", agent_name="Joe", objective="join", done="joined",
    direction="inbound", queue="support",
    products=("Peak Pass", "Pass Sixty", "Gym Pass Sixty", "Locker"),
)  # fmt: skip
# Calls in which only the one pass was spoken of.
PEAK, SIXTY = ("G-01", "G-02", "G-03"), ("G-11", "G-12", "G-13", "G-14", "G-15")


def fact(
    fact_id: str, subject: str, value: int, unit: str, spoken: str, quote: str,
    calls: tuple[str, ...],
) -> MinedFact:  # fmt: skip
    return MinedFact(
        id=fact_id, statement=quote, subject=subject, value=value, unit=unit, spoken=spoken,
        calls=len(calls), agents=("anna", "bea"), confidence="agreed",
        evidence=tuple(heard(quote, call, 9) for call in calls),
    )  # fmt: skip


FACTS = Facts(
    facts=(
        fact("peak_price", "peak pass", 44, "GBP/month", "forty-four pounds a month",
             "The Peak Pass is forty-four pounds a month.", PEAK),
        fact("sixty_price", "gym pass sixty", 19, "GBP/month", "nineteen pounds a month",
             "Gym Pass Sixty is nineteen pounds a month.", SIXTY),
        # Stated without the name of what it is about.
        fact("later_price", "company", 52, "GBP/month", "fifty-two pounds a month",
             "After the year it's fifty-two pounds a month.", PEAK[:2]),
        # Stated after one product's name, though it holds for both.
        fact("joining_fee", "peak pass", 25, "GBP", "twenty-five pounds",
             "There's a joining fee of twenty-five pounds.", PEAK + SIXTY[:3]),
        fact("notice", "company", 30, "days", "thirty days",
             "You can leave with thirty days of notice.", PEAK + SIXTY),
        fact("locker_price", "locker", 3, "GBP/month", "three pounds a month",
             "A locker is three pounds a month.", SIXTY[:1]),
    )
)  # fmt: skip


def said(line_id: str, step: Step, text: str, call: str, won: int = 4) -> MinedLine:
    """A line that was said in a call, where the facts are stated."""
    return line(line_id, step, text, "offer").model_copy(
        update={"evidence": (heard(text, call, 9),), "won": won}
    )


LINES = (
    said("offer.peak", "pitch", "Peak Pass is forty-four pounds a month, all day.", "G-01"),
    said("offer.sixty", "pitch", "Pass Sixty is nineteen pounds a month.", "G-11", won=30),
    said("offer.both", "pitch", "Peak Pass is forty-four pounds a month, Pass Sixty less.", "G-01"),
    said("must.price.1", "terms", "It's forty-four pounds a month, every month.", "G-01"),
    said("must.later.1", "terms", "After the year it's fifty-two pounds a month.", "G-01"),
    said("must.fee.1", "terms", "There's a joining fee of twenty-five pounds.", "G-02"),
    said("must.read.1", "terms", "Let me read it all back, and stop me if it's wrong.", "G-02"),
    said("reply.compare", "answer_question", "Peak Pass is all day, Pass Sixty isn't.", "G-01"),
    said("reply.price", "answer_question", "Forty-four pounds a month, all in.", "G-01"),
)


def must_say(name: str, *facts: str) -> MustSay:
    return MustSay(
        id=name, description=name, line=f"must.{name}.1", stage="offer", share=0.9, facts=facts,
        evidence=(heard("terms"),),
    )  # fmt: skip


def asks(intent: str, quote: str, answer: str) -> MinedIntent:
    return MinedIntent(
        id=intent, description=intent, kind="question", examples=(heard(quote),), answers=(answer,)
    )


TALK = Talk(
    stages=(
        MinedStage(id="offer", goal="what there is", place=0.4, next={}, calls=8,
                   lines=tuple(of.id for of in LINES), evidence=(heard("offer"),)),
    ),
    slots=(), objections=(), lines=LINES,
    intents=(
        asks("ask_price", "How much is it?", "reply.price"),
        asks("ask_difference", "What's the difference?", "reply.compare"),
    ),
    must_say=(must_say("price"), must_say("later"), must_say("fee"), must_say("read")),
)  # fmt: skip
