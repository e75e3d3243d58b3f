"""What the words of a greeting tell of who or what has answered. English."""

import re
from enum import StrEnum


class Party(StrEnum):
    """Who or what has answered a call."""

    HUMAN = "human"
    VOICEMAIL = "voicemail"
    IVR = "ivr"  # a menu, or a queue
    SCREENING = "screening"  # a machine that asks who calls and why, before it connects
    UNAVAILABLE = "unavailable"  # an announcement: nobody can be reached, no message either
    UNCERTAIN = "uncertain"


# The first class whose words are found counts. Recognised words are often wrong, so each class has
# several ways to be seen.
_CUES: tuple[tuple[Party, tuple[str, ...]], ...] = (
    (
        Party.SCREENING,
        (
            r"(say|state|record|give|tell me) your name and",
            r"your name and (the |a )?(reason|purpose)",
            r"(reason|purpose) (for|of) (your call|calling|the call)",
            r"see if (this|the|that) person is (available|free)",
            r"call(s)? (is|are)? ?(being )?screen",
            r"screening service",
            r"(say|state) (your name|who you are|who is calling)",
        ),
    ),
    (
        Party.UNAVAILABLE,
        (
            r"(mail ?box|box|voice ?mail|mail) (is|it's|its) full",
            r"(not|cannot|can't) (take|accept|receive) any (more )?(messages|calls)",
            r"(in|of) service",
            r"(has been|is) disconnected",
            r"not been recogni[sz]",
            r"number .{0,40}(incorrect|not valid|invalid|does not exist|not recogni[sz])",
            r"check the number",
            r"not accepting",
            r"number has (been )?changed",
        ),
    ),
    (
        Party.VOICEMAIL,
        (
            r"leave (a|your|me a|us a|the|any) (short |brief |detailed )?(message|name|number)",
            r"(after|at|hear|wait for) (the|a) (tone|beep|signal|bleep)",
            r"voice ?mail",
            r"mail ?box",
            r"record your (message|call)",
            r"your message (after|at|now)",
            r"leave (it|one) after",
            r"(can't|cannot|can not|able to) (take|answer|come to|get to)",
            r"(i'll|we'll|will|shall|i can|we can) (get back to|call|ring|phone) you",
            r"answering machine",
            r"finished recording",
            r"missed (a|your) call",
            r"you know what to do",
            r"you've reached|you have reached|you reached",
            r"not (here|in|at home|around) (right now|at the moment|just now)",
        ),
    ),
    (
        Party.IVR,
        (
            r"(press|dial|push|select|enter|say) (the )?"
            r"(one|two|three|four|five|six|seven|eight|nine|zero|hash|star|pound|key|option)",
            r"(main|following|these) (menu|options|choices)",
            r"listen carefully",
            r"(all|our) (of our )?(agents|advisors|advisers|lines|operators|representatives)",
            r"your call (is|will be|may be|matters) (important|answered|recorded|in)",
            r"(next|first) available",
            r"you are (number|caller|in a queue|in the queue|being held)",
            r"(please )?(stay on|hold) the line",
            r"(for|to reach) (sales|support|accounts|billing|reception|customer)",
            r"extension (number)?",
            r"opening (hours|times)",
        ),
    ),
    (
        Party.UNAVAILABLE,
        (
            r"(not|isn't|currently un|temporarily un|un) ?available",
            r"(person|number|mobile|phone|customer) (that )?you('ve| have| are|'re)? "
            r"(call|dial|rang|trying)",
            r"(try|call|dial) (again|back) later",
            r"(please )?try (later|again)",
            r"switched off",
            r"(cannot|can't|could not) be (reached|connected|completed)",
        ),
    ),
)
_COMPILED = tuple((party, re.compile("|".join(cues))) for party, cues in _CUES)
_BEEP = re.compile(r"\b(tone|beep|bleep|signal)\b")
_PERSON = re.compile(
    r"\b(speaking|who('s| is) (this|that|calling|speaking|there)|(can|may|could) i help"
    r"|help you|do for you|what can i do|what's up"
    r"|is (that|this) you|who am i)\b"
)
_INTRODUCTION = re.compile(
    r"\b(this is|it's|i'm|welcome|thank you|thanks|your|the (number|person|mobile|phone))\b"
)


def machine_in(text: str) -> Party | None:
    """The machine that these words are typical of; None when they might be a person's."""
    return next((party for party, cue in _COMPILED if cue.search(text)), None)


def announces_beep(text: str) -> bool:
    """Whether a tone is to come."""
    return _BEEP.search(text) is not None


def asks_as_people_do(text: str) -> bool:
    """Whether it offers help or asks who calls, as people who answer for a firm do."""
    return _PERSON.search(text) is not None


def introduces(text: str) -> bool:
    """Whether machines often go on after such a sentence; people, too, may stop here."""
    return _INTRODUCTION.search(text) is not None
