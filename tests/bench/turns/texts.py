"""What callers of a telephone sales line say, written for this bench."""

from dataclasses import dataclass
from typing import Literal

# What the agent had asked for: nothing in particular, a yes or no, or a slot of a type.
Expects = Literal["", "yes_no", "phone", "postcode", "name", "text"]

CONTEXT = (
    "hello", "yes speaking", "go on then", "yes that's me", "okay tell me", "sure go ahead",
    "alright what is it", "yes i have a minute", "hello who is this", "yeah fine",
)  # fmt: skip

INTERRUPTIONS_SHORT = (
    "how much is it", "what does it cost", "who are you", "not interested", "is this a machine",
    "can you repeat that", "what was the price", "say that again please", "i have a question",
    "that's too expensive", "i already have one", "which company is this", "i can't hear you",
    "call me back later", "i'm driving right now", "what about the router", "when would that start",
    "is there a contract", "my wife decides that", "i don't understand", "what happens after that",
    "do you do mobile phones", "let me ask something", "i'm happy with mine",
    "how fast is it really", "put me through to sales", "where did you get my number",
    "take me off your list", "what's the catch", "we are moving house",
)  # fmt: skip

INTERRUPTIONS_LONG = (
    "before you go on i would like to know what happens when the contract ends",
    "that sounds good but my present contract runs until next summer",
    "excuse me can i speak to a real person about my last bill",
    "i had an engineer here last month and nothing was fixed at all",
    "hold on a second i need to find a pen and some paper",
    "i work from home so i can't be without internet for even a day",
    "my neighbour has the same thing and he says it is slow in the evening",
    "could you tell me first how much i would have to pay every month",
    "we only use it for email and a bit of television at the weekend",
    "i was told the installation is free so why is there a fee now",
    "look i have heard all of this before and i am really not interested",
    "does that price include the telephone line or is that extra",
    "what if i want to cancel because i don't like it after a week",
    "i would rather have all of that in writing before i agree to anything",
    "my daughter usually deals with this so you should ring her instead",
    "can you explain the difference between the two plans once more",
    "our street was dug up last year and we still have the old cable",
    "i think there is a mistake because i never asked for a call",
    "sorry to stop you there but is there a discount for pensioners",
    "we have four people gaming in this house so speed is what matters",
)  # fmt: skip

STOP_WORDS = (
    "stop", "wait", "no", "hold on", "hang on", "wait a minute", "stop please", "no thank you",
    "excuse me", "one moment", "no no no", "agent", "operator", "human please", "just a second",
)  # fmt: skip

ANSWERS = (
    "yes", "no", "yes please", "no thanks", "yeah sure", "not really", "yes i do", "no i don't",
    "of course", "about thirty pounds", "northline", "in the morning", "two of us", "absolutely",
    "i think so", "tuesday would be good",
)  # fmt: skip

BACKCHANNELS = (
    "yeah", "okay", "right", "uh huh", "mm hmm", "yes", "sure", "alright", "i see", "oh",
    "got it", "good", "yep", "oh okay", "yeah yeah", "right okay", "fine", "hmm",
)  # fmt: skip

SIDE_TALK = (
    "can you turn the television down please", "dinner is ready in five minutes",
    "the dog wants to go out again", "have you seen my keys anywhere",
    "tell your brother to come downstairs", "i put the shopping on the table",
    "it's somebody about the internet", "no she's upstairs i think",
    "the weather tomorrow will be cloudy with some rain in the west",
    "and now back to the studio for the latest sports results",
    "do you want a cup of tea", "close the door it's cold in here",
    "what time does the train leave", "i'll be there in a minute love",
    "did you feed the cat this morning", "mum where is my school bag",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """A caller's turn; a pause may fall between its parts, the longest one at `|`-index 0.

    `place` says what stands before the longest pause: nothing that shows more will come
    ("complete"), a word that does ("incomplete"), or a part of something read out ("slot").
    """

    parts: tuple[str, ...]
    place: Literal["complete", "incomplete", "slot", "short"]
    expects: Expects = ""


SHORT_TURNS = tuple(
    Turn((first, second), "short", "yes_no")
    for first, second in (
        ("yes", "please"), ("no", "thank you"), ("yeah", "that's fine"), ("no", "not today"),
        ("okay", "yes"), ("sure", "go ahead"), ("yes", "that's right"), ("no", "i don't think so"),
        ("yes", "but not on monday"), ("no", "sorry"), ("definitely", "yes"), ("yep", "correct"),
    )
)  # fmt: skip

_READ_OUT: tuple[tuple[Expects, tuple[tuple[str, ...], ...]], ...] = (
    (
        "phone",
        (
            ("oh seven seven double one", "four five two", "nine oh six"),
            ("it's oh one nine one", "four nine eight", "double two seven oh"),
            ("zero seven nine four six", "three three one", "eight two five"),
            ("my number is oh seven five", "six two oh one", "five five four"),
            ("oh seven eight", "one two three", "four five six", "seven eight"),
        ),
    ),
    (
        "postcode",
        (
            ("s r four", "seven h j"), ("n e one", "four b x"), ("it's l s six", "two a w"),
            ("that would be m twenty", "one q p"), ("d h one", "five t r"),
        ),
    ),
    ("name", (("anna", "larsen"), ("smith", "s m i t h"))),
    ("text", (("the twelfth of march", "nineteen eighty two"), ("eleven", "mill lane"))),
)  # fmt: skip
SLOT_TURNS = tuple(Turn(parts, "slot", expects) for expects, turns in _READ_OUT for parts in turns)

INCOMPLETE_TURNS = tuple(
    Turn(parts, "incomplete")
    for parts in (
        ("i would like to order it but", "i have to ask my wife first"),
        ("we have two children and", "they stream films all day"),
        ("it was working fine until the", "storm last week"),
        ("i'm calling because", "my bill has gone up again"),
        ("the thing is i'm", "moving to leeds in april"),
        ("could you send that to", "my work address please"),
        ("well it depends on the", "price after eighteen months"),
        ("i have been a customer for", "about eleven years now"),
        ("is that the one with", "the free router in it"),
        ("i would need it before", "the end of next month"),
        ("so if i cancel my", "old contract what happens then"),
        ("um", "i don't really know what we have now"),
        ("my son says that your", "upload speed is not so good"),
        ("we use it mostly for", "video calls and email"),
    )
)

COMPLETE_TURNS = tuple(
    Turn(parts, "complete")
    for parts in (
        ("i'm with northline", "they are quite expensive"),
        ("that sounds good", "when can you start"),
        ("i don't need it", "i only read my email"),
        ("we pay forty pounds a month", "that includes the phone"),
        ("it's too slow in the evening", "everything stops at eight"),
        ("i live on my own", "it's just me and the cat"),
        ("call me tomorrow", "after five would be best"),
        ("the engineer never came", "i waited the whole day"),
        ("yes i work from home", "three days a week"),
        ("i am not sure about this", "what does it cost"),
        ("we had a problem last year", "it took a month to fix"),
        ("you can use my mobile number", "it's the one i'm calling from"),
        ("i heard about you from a friend", "she has the bigger plan"),
        ("i can't decide that today", "please ring me next week"),
    )
)
