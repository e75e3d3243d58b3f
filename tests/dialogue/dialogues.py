"""Whole calls as tables: what the caller says, and what has to come back.

A row is (caller's text, stage afterwards, ids of lines that must be among those spoken). A text
that starts with "#" is silence number n.
"""

from dataclasses import dataclass

Row = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Dialogue:
    name: str
    rows: tuple[Row, ...]
    ending: str  # "continue", "hang up", or the queue of a transfer
    disposition: str = ""
    reason: str = ""


def dialogue(
    name: str, *rows: Row, ending: str, disposition: str = "", reason: str = ""
) -> Dialogue:
    return Dialogue(name, rows, ending, disposition, reason)


BIG_HOUSE: tuple[Row, ...] = (
    ("yes", "discovery", ("ask.provider",)),
    ("i'm with bright wave", "discovery", ("ask.usage",)),
    ("two teenagers and me on video calls", "discovery", ("ask.annoyance",)),
    ("it drops out at four o'clock", "pitch", ("pitch.steady", "pitch.ask")),
)
SMALL_HOUSE: tuple[Row, ...] = (
    ("yeah", "discovery", ("ask.provider",)),
    ("vantix", "discovery", ("ask.usage",)),
    ("just me and my shopping", "discovery", ("ask.annoyance",)),
    ("it's a bit slow", "pitch", ("pitch.steady", "pitch.ask")),
)
TERMS: tuple[Row, ...] = (
    ("yes", "terms_price", ("terms.price",)),
    ("okay", "terms_leaving", ("terms.after", "terms.leaving")),
    ("yes that's fine", "close", ("terms.rights", "close.ask")),
)
DETAILS: tuple[Row, ...] = (
    ("daniel hughes", "details", ("ask.postcode",)),
    ("l k four seven q t", "details", ("confirm.postcode",)),
    ("yes", "details", ("ask.mobile",)),
    ("oh seven seven double oh nine hundred one five six", "details", ("confirm.mobile",)),
    ("yes", "details", ("ask.install",)),
)
BUYS: tuple[Row, ...] = (
    *TERMS,
    ("yeah go on then", "details", ("ask.name",)),
    *DETAILS,
    ("friday morning", "recap", ("recap.read", "recap.ask")),
    ("yes that's right", "payment", ("pay.link", "bye.sale")),
)

DIALOGUES = (
    dialogue("buys the big plan", *BIG_HOUSE, *BUYS, ending="hang up", disposition="sale"),
    dialogue("buys the small plan", *SMALL_HOUSE, *BUYS, ending="hang up", disposition="sale"),
    dialogue(
        "objects to the price, then buys",
        *BIG_HOUSE,
        ("that's more than i pay now", "pitch", ("price.ack", "price.clarify")),
        ("bit of both really", "pitch", ("reask.pounds",)),
        *BUYS,
        ending="hang up",
        disposition="sale",
    ),
    dialogue(
        "is never pushed more than twice",
        *BIG_HOUSE,
        ("that's too expensive", "pitch", ("price.ack",)),
        ("the amount", "pitch", ("reask.pounds",)),
        ("no", "pitch", ("reask.worth",)),
        ("no", "callback_offer", ("callback.offer",)),
        ("no thanks", "no_sale", ("bye.no_sale",)),
        ending="hang up",
        disposition="no_sale",
    ),
    dialogue(
        "changes to the small plan",
        *BIG_HOUSE,
        ("i'd rather have the smaller one", "terms_price", ("choose.small", "terms.price")),
        ending="continue",
    ),
    dialogue(
        "asks for a person",
        ("yes", "discovery", ("ask.provider",)),
        ("can i speak to a person please", "discovery", ("human.connect",)),
        ending="sales",
        reason="asked",
    ),
    dialogue(
        "complains",
        ("no", "purpose", ("purpose.ask",)),
        ("i want to make a complaint", "purpose", ("complaint.sorry",)),
        ending="support",
        reason="complaint",
    ),
    dialogue(
        "is bereaved",
        ("my husband passed away last month", "opening", ("vulnerable.care", "human.connect")),
        ending="support",
        reason="vulnerable",
    ),
    dialogue(
        "wants no calls",
        ("take me off whatever list i'm on", "do_not_call", ("dnc.done",)),
        ending="hang up",
        disposition="do_not_call",
    ),
    dialogue(
        "says nothing",
        ("#1", "opening", ("silence.prompt",)),
        ("#2", "opening", ("silence.rephrase", "open.again")),
        ("#3", "opening", ("silence.end",)),
        ending="hang up",
        disposition="no_answer",
    ),
    dialogue(
        "reads a card number out",
        *BIG_HOUSE,
        ("it's four nine oh two one one three oh six", "pitch", ("pay.refuse", "pitch.again")),
        ending="continue",
    ),
    dialogue(
        "asks if it is a robot and goes on",
        ("are you a robot", "opening", ("robot.truth", "open.again")),
        ("yes", "discovery", ("ask.provider",)),
        ending="continue",
    ),
    dialogue(
        "is busy and is rung back",
        ("i'm busy i've got a meeting", "opening", ("time.ack", "reask.time")),
        ("no", "callback", ("ask.callback",)),
        ("friday afternoon", "callback_booked", ("callback.booked",)),
        ending="hang up",
        disposition="callback",
    ),
    dialogue(
        "gives half an appointment",
        ("can you ring me back later", "callback", ("ask.callback",)),
        ("friday", "callback", ("ask.callback_again",)),
        ("in the afternoon", "callback_booked", ("callback.booked",)),
        ending="hang up",
        disposition="callback",
    ),
    dialogue(
        "has the wrong number",
        ("sorry i think it's the wrong number", "wrong_number", ("bye.wrong_number",)),
        ending="hang up",
        disposition="wrong_number",
    ),
    dialogue(
        "is not understood twice",
        ("blue walrus seventeen", "opening", ("nomatch.first", "open.again")),
        ("trousers lawn crocodile", "offer_human", ("human.offer",)),
        ("yes", "offer_human", ("human.connect",)),
        ending="sales",
        reason="not_understood",
    ),
    dialogue(
        "declines a colleague and goes on",
        ("blue walrus seventeen", "opening", ()),
        ("trousers lawn crocodile", "offer_human", ("human.offer",)),
        ("no", "opening", ("open.again",)),
        ("yes", "discovery", ("ask.provider",)),
        ending="continue",
    ),
    dialogue(
        "asks a question in between",
        ("yes", "discovery", ("ask.provider",)),
        ("how much is it", "discovery", ("answer.price", "ask.provider")),
        ("north line", "discovery", ("ask.usage",)),
        ending="continue",
    ),
    dialogue(
        "objects while a slot is asked for",
        ("yes", "discovery", ("ask.provider",)),
        ("it's hedgehog", "discovery", ("ask.usage",)),
        ("i'd have to ask my husband", "discovery", ("partner.ack", "partner.clarify")),
        ("no idea", "discovery", ("reask.both",)),
        ("yes", "discovery", ("ask.usage",)),
        ending="continue",
    ),
    dialogue(
        "corrects what was read back",
        *BIG_HOUSE,
        *TERMS,
        ("yes please", "details", ("ask.name",)),
        *DETAILS,
        ("friday morning", "recap", ("recap.read",)),
        ("no", "correction", ("fix.ask",)),
        ("the day is wrong", "details", ("ask.install",)),
        ("monday afternoon", "recap", ("recap.read",)),
        ("yes", "payment", ("pay.link",)),
        ending="hang up",
        disposition="sale",
    ),
    dialogue(
        "is a customer already",
        ("i'm already a customer and i can't get online", "opening", ("existing.desk",)),
        ending="support",
        reason="existing_customer",
    ),
    dialogue(
        "asks what nobody wrote down",
        *BIG_HOUSE,
        ("do you have a fixed ip address", "offer_human", ("scope.unknown", "human.offer")),
        ("yes", "offer_human", ("human.connect",)),
        ending="support",
        reason="technical",
    ),
    dialogue(
        "takes it for a scam to the end",
        *BIG_HOUSE,
        ("how do i know this is real", "pitch", ("trust.ack", "trust.clarify")),
        ("no", "pitch", ("reask.footing",)),
        ("no", "pitch", ()),
        ("no", "offer_human", ("human.offer",)),
        ("yes", "offer_human", ("human.connect",)),
        ending="sales",
        reason="distrust",
    ),
    dialogue(
        "can't be helped with a correction",
        *BIG_HOUSE,
        *TERMS,
        ("yes please", "details", ("ask.name",)),
        *DETAILS,
        ("friday morning", "recap", ("recap.read",)),
        ("no", "correction", ("fix.ask",)),
        ("blue walrus seventeen", "correction", ()),
        ("trousers lawn crocodile", "offer_human", ("human.offer",)),
        ("yes", "offer_human", ("human.connect",)),
        ending="sales",
        reason="order_correction",
    ),
)
