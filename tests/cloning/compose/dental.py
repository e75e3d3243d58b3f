"""A dental practice as miners would describe it: who wants a check-up, and how it is booked."""

from agent.cloning.compose.brief import Brief
from agent.cloning.mined import (
    Contradiction,
    Dispute,
    Evidence,
    Facts,
    Lift,
    MinedFact,
    MinedIntent,
    MinedLine,
    MinedObjection,
    MinedSlot,
    MinedStage,
    MustSay,
    Step,
    Talk,
)

BRIEF = Brief(
    company="Willow Lane Dental",
    agent_name="Joe",
    objective="book a check-up",
    done="booked",
    direction="inbound",
    queue="support",
    products=("Smile Plan",),
    style=("calm", "brief"),
)


def heard(quote: str, call: str = "D-01", turn: int = 3, agent: str = "anna") -> Evidence:
    return Evidence(call=call, turn=turn, start=12.5, quote=quote, agent=agent)


def fact(
    fact_id: str, value: int | float | str, unit: str, spoken: str, statement: str, turn: int
) -> MinedFact:
    return MinedFact(
        id=fact_id,
        statement=statement,
        subject="check-up",
        value=value,
        unit=unit,
        spoken=spoken,
        calls=7,
        agents=("anna", "bea"),
        confidence="agreed",
        evidence=(heard(statement, turn=turn),),
    )


def line(
    line_id: str, step: Step, text: str, stage: str = "", objection: str = "", turn: int = 5
) -> MinedLine:
    return MinedLine(
        id=line_id,
        step=step,
        text=text,
        stage=stage,
        objection=objection,
        uses=6,
        won=4,
        win_rate=0.67,
        lift=Lift(mean=0.2, low=0.05, high=0.35),
        agents=("anna", "bea"),
        evidence=(heard(text, turn=turn),),
    )


FACTS = Facts(
    facts=(
        fact(
            "check_up_fee",
            48,
            "GBP",
            "forty-eight pounds",
            "A check-up with us is forty-eight pounds.",
            11,
        ),
        fact(
            "check_up_length", 20, "minutes", "twenty minutes", "It takes about twenty minutes.", 13
        ),
        fact(
            "cancel_notice",
            24,
            "hours",
            "twenty-four hours",
            "If you can't come, let us know twenty-four hours before.",
            15,
        ),
        fact(
            "plan_price",
            14,
            "GBP/month",
            "fourteen pounds",
            "The Smile Plan is fourteen pounds a month.",
            17,
        ).model_copy(
            update={
                "subject": "Smile Plan",
                "disputes": (
                    Dispute(
                        said="twelve pounds",
                        value=12,
                        why="one agent alone says so",
                        evidence=(heard("It's only twelve pounds.", "D-09", 8, "carl"),),
                    ),
                ),
            }
        ),
        fact("x_rays", "included", "", "included", "X-rays are included.", 19),
        fact(
            "waiting_time", 3, "weeks", "three weeks", "New patients wait three weeks.", 21
        ).model_copy(
            update={
                "confidence": "disputed",
                "disputes": (
                    Dispute(
                        said="two weeks",
                        value=2,
                        why="two people say so",
                        evidence=tuple(
                            heard("It's two weeks.", f"D-{call}", 8, "bea")
                            for call in range(20, 24)
                        ),
                    ),
                ),
            }
        ),
    ),
    contradictions=(
        Contradiction(
            fact="cancel_notice",
            evidence=heard("You can cancel whenever, it never costs anything.", "D-09", 12, "carl"),
            why="others ask for notice",
        ),
    ),
)

TALK = Talk(
    stages=(
        MinedStage(
            id="greeting",
            goal="greet and ask",
            place=0.02,
            lines=("open.1", "open.2"),
            next={"need": 0.9},
            calls=20,
            evidence=(heard("How can I help today?"),),
        ),
        MinedStage(
            id="need",
            goal="what kind of visit, and how soon",
            place=0.2,
            lines=("ask.visit",),
            slots=("visit_kind", "last_visit"),
            next={"offer": 0.8},
            calls=18,
            evidence=(heard("Is it a check-up, or is something hurting?"),),
        ),
        MinedStage(
            id="offer",
            goal="what the visit is and what it costs",
            place=0.45,
            lines=("offer.1", "offer.2", "offer.3", "offer.ok"),
            next={"details": 0.7},
            calls=17,
            evidence=(heard("A check-up with us is forty-eight pounds."),),
        ),
        MinedStage(
            id="decide",
            goal="ask for the booking",
            place=0.6,
            lines=("close.1",),
            next={"details": 0.8},
            calls=15,
            evidence=(heard("Shall I book you in?"),),
        ),
        MinedStage(
            id="details",
            goal="who comes and when",
            place=0.7,
            lines=("take.name",),
            slots=("full_name", "mobile", "day"),
            next={"bye": 0.9},
            calls=14,
            evidence=(heard("What name is it, please?"),),
        ),
        MinedStage(
            id="bye",
            goal="thanks",
            place=0.97,
            lines=("bye.1", "bye.2"),
            next={},
            calls=19,
            evidence=(heard("Lovely, we'll see you then. Bye now."),),
        ),
    ),
    slots=(
        MinedSlot(
            id="visit_kind",
            label="kind of visit",
            type="choice",
            asks=("ask.visit",),
            choices={"check_up": ("check-up", "checkup"), "pain": ("hurts", "toothache")},
            calls=18,
            evidence=(heard("It's for a check-up.", turn=4),),
        ),
        MinedSlot(
            id="last_visit",
            label="last visit",
            type="text",
            asks=(),
            calls=11,
            evidence=(heard("Oh, two years ago.", turn=6),),
        ),
        MinedSlot(
            id="full_name",
            label="name",
            type="name",
            asks=("take.name",),
            personal=True,
            calls=14,
            evidence=(heard("<PERSON_1>.", turn=20),),
        ),
        MinedSlot(
            id="mobile",
            label="mobile number",
            type="phone",
            asks=(),
            personal=True,
            calls=13,
            evidence=(heard("It's <PHONE_1>.", turn=22),),
        ),
        MinedSlot(
            id="day",
            label="day",
            type="appointment",
            asks=("take.day",),
            calls=13,
            evidence=(heard("Tuesday morning would be good.", turn=24),),
        ),
    ),
    intents=(
        MinedIntent(
            id="ask_fee",
            description="asks what it costs",
            kind="question",
            examples=(
                heard("How much is a check-up?"),
                heard("What do you charge for that?"),
                heard("And what does it cost me?"),
            ),
            facts=("check_up_fee",),
            answers=("offer.1",),
        ),
        MinedIntent(
            id="ask_x_rays",
            description="asks about x-rays",
            kind="question",
            examples=(heard("Do I pay for the X-rays?"), heard("Are X-rays extra?")),
            facts=("x_rays",),
        ),
        MinedIntent(
            id="ask_parking",
            description="asks about parking",
            kind="question",
            examples=(heard("Can I park there?"), heard("Is there parking?")),
        ),
        MinedIntent(
            id="book_it",
            description="wants to book",
            kind="signal",
            examples=(heard("Can I book that in?"), heard("Yes, book me in please.")),
        ),
        MinedIntent(
            id="affirm",
            description="yes",
            kind="answer",
            examples=(heard("Yeah that'd be great."), heard("Smashing, <PERSON_1>.")),
        ),
    ),
    objections=(
        MinedObjection(
            id="afraid",
            description="afraid of the dentist",
            examples=(
                heard("I'm terrified of dentists, to be honest."),
                heard("I get so nervous in that chair."),
            ),
            acknowledge=("afraid.ack",),
            clarify=("afraid.ask",),
            answer=("afraid.slow", "afraid.desk"),
            re_ask=("afraid.go",),
            met=9,
            overcome=6,
        ),
        MinedObjection(
            id="dear",
            description="too dear",
            examples=(heard("That's a lot for a quick look."), heard("It's too expensive.")),
            answer=("dear.plan", "dear.lie"),
            met=5,
            overcome=2,
        ),
        MinedObjection(
            id="no_way",
            description="nobody knew an answer",
            examples=(heard("I can never get there by bus."),),
            met=2,
            overcome=0,
        ),
    ),
    lines=(
        line("open.1", "open", "Good morning, it's Anna from Willow Lane Dental.", "greeting"),
        line("open.2", "open", "How can we help you today?", "greeting"),
        line("ask.visit", "discover", "Is it a check-up, or is something hurting?", "need"),
        line("offer.1", "pitch", "A check-up with us is forty-eight pounds.", "offer", turn=11),
        line(
            "offer.2", "pitch", "It takes about twenty minutes, and X-rays are included.", "offer"
        ),
        line(
            "offer.3",
            "pitch",
            "You can cancel whenever, it never costs anything.",
            "offer",
            turn=12,
        ).model_copy(
            update={
                "evidence": (
                    heard("You can cancel whenever, it never costs anything.", "D-09", 12, "carl"),
                )
            }
        ),
        line("offer.ok", "pitch", "Does that sound all right?", "offer"),
        line("close.1", "close", "shall i book you in", "decide").model_copy(
            update={"text": "Shall I book you in?"}
        ),
        line("take.name", "capture", "What name is it, please?", "details"),
        line("take.day", "capture", "um, which day would suit you best?", "details"),
        line(
            "terms.notice",
            "terms",
            "If you can't come, let us know twenty-four hours before.",
            "offer",
            turn=15,
        ),
        line("bye.1", "sign_off", "Lovely, <PERSON_1>, see you on Tuesday.", "bye"),
        line("bye.2", "sign_off", "Lovely, we'll see you then. Bye now.", "bye"),
        line("afraid.ack", "acknowledge", "A lot of people feel like that.", objection="afraid"),
        line(
            "afraid.ask",
            "clarify",
            "Is it the pain, or just being in the chair?",
            objection="afraid",
        ),
        line(
            "afraid.slow",
            "answer",
            "You can put your hand up at any time, and the dentist stops.",
            objection="afraid",
        ),
        line("afraid.desk", "answer", "My husband's the same, he hates it.", objection="afraid"),
        line(
            "afraid.go",
            "re_ask",
            "Would it help to come in just for a chat first?",
            objection="afraid",
        ),
        line(
            "dear.plan",
            "answer",
            "The Smile Plan is fourteen pounds a month.",
            objection="dear",
            turn=17,
        ),
        line("dear.lie", "answer", "I can do it for thirty pounds.", objection="dear"),
        line("ring.1", "callback", "Would you like us to ring you another day?"),
    ),
    must_say=(
        MustSay(
            id="notice",
            description="how to cancel",
            line="terms.notice",
            stage="offer",
            share=0.95,
            facts=("cancel_notice",),
            evidence=(heard("If you can't come, let us know twenty-four hours before."),),
        ),
    ),
)
