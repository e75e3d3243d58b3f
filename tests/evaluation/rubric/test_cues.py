"""Phrases are found in sentences of many trades, and not in their neighbours."""

import pytest

from agent.dialogue.rules import normalise
from agent.evaluation.rubric.speech import cues

FOUND = {
    "asks_permission": [
        "Is now a good time to talk?",
        "Can I take two minutes of your time?",
        "Am I catching you at a bad time?",
        "Would it be all right if I asked you a few questions?",
    ],
    "says_why_ringing": [
        "The reason for my call is your renewal.",
        "I'm getting in touch about your membership.",
        "I'd like to book a table.",
        "I need an engineer for my dryer.",
    ],
    "do_not_call": [
        "Please don't call me again.",
        "I don't want any more calls.",
        "I'd like to be removed from your list.",
        "Can you stop these calls?",
    ],
    "wrong_number": [
        "There's nobody here by that name.",
        "He doesn't live here any more.",
        "I'm not <PERSON_1>.",
    ],
    "supervisor_wanted": [
        "Can I talk to someone senior?",
        "Is there a supervisor I can talk to?",
        "Put me through to your manager.",
    ],
    "refuses_supervisor": ["She'd only tell you the same thing.", "My manager's not available."],
    "asks_for_card": ["What's the long number on the front?", "And the expiry date?"],
    "presses": [
        "You have to decide now.",
        "The price goes up tonight.",
        "The deal'll be gone by Monday.",
    ],
    "bad_advice": ["They never check.", "Don't mention it to your insurer."],
    "objects": [
        "It's a bit pricey.",
        "I'd have to check with my landlord.",
        "I can't wait in all day.",
        "I'd rather wait.",
    ],
    "wants_it": ["Book me in.", "How do I sign up?", "When could you come?"],
    "asks_for_it": ["Which day suits you?", "Would Tuesday work?", "Shall we say Thursday?"],
    "probes": ["Is it the price or something else?", "What's holding you back?"],
    "recaps": ["Just to confirm, that's Tuesday at four.", "Let me read that back to you."],
}
NOT_FOUND = {
    "do_not_call": [
        "Don't call before nine, please.",
        "Can you take the sofa off the list?",
        "Can I opt out of the glass cover?",
    ],
    "wrong_number": ["There's no power here.", "My tenant moved out.", "Nobody here can fix it."],
    "voicemail": ["Could I leave a message for the dentist?"],
    "supervisor_wanted": ["My manager told me to ring you."],
    "presses": [
        "What do you pay now?",
        "I can take the order now.",
        "We're open today only till six.",
    ],
    "bad_advice": ["I'll just say it: it's thirty pounds.", "They never charge for that."],
    "vulnerable": ["I passed on the message to my son."],
    "asks_for_card": ["You can pay the engineer by card."],
}


@pytest.mark.parametrize(
    ("cue", "text"), [(cue, text) for cue, texts in FOUND.items() for text in texts]
)
def test_a_cue_is_found(cue: str, text: str) -> None:
    assert cue in cues().match(normalise(text))


@pytest.mark.parametrize(
    ("cue", "text"), [(cue, text) for cue, texts in NOT_FOUND.items() for text in texts]
)
def test_a_cue_is_not_found_in_what_only_sounds_like_it(cue: str, text: str) -> None:
    assert cue not in cues().match(normalise(text))
