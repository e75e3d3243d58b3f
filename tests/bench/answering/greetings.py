"""What people and machines say when they answer, a tuple of sentences each; the words are ours.

Every second one of a class belongs to the half that the rules were made on. The others have been
looked at once since; `FRESH` has only ever been measured with.
"""

from agent.outbound.greetings import Party

PEOPLE = (
    ("hello",),
    ("hello", "who is this"),
    ("yes",),
    ("hi",),
    ("hello this is margaret",),
    ("yeah hello",),
    ("good morning",),
    ("peter jones",),
    ("hello can i help you",),
    ("hi you're through to dave",),
    ("speaking",),
    ("hello sorry i was just in the garden",),
    ("yes who's calling please",),
    ("hiya is that you mum",),
)
FIRMS = (
    ("good morning hartley and sons margaret speaking how can i help you",),
    ("hello you're through to the corner bakery what can i do for you today",),
    ("good afternoon riverside dental practice this is anna speaking how may i help",),
    ("westfield garage good morning who am i speaking to please",),
)
VOICEMAILS = (
    ("hi this is tom", "i can't take your call right now", "please leave a message after the tone"),
    (
        "you've reached the voicemail of sarah miller",
        "please leave your name and number and i'll get back to you",
    ),
    ("the person you are calling is not available", "please leave a message after the tone"),
    ("hello we're not at home at the moment", "leave us a message and we'll call you back", "bye"),
    (
        "welcome to the voice mailbox of",
        "oh seven seven double oh nine",
        "to leave a message speak after the beep",
    ),
    ("hi it's jo i'm probably at work", "leave me a message and have a lovely day"),
    (
        "this is the answering machine of the green family",
        "we are out walking the dog",
        "talk to us after the beep",
    ),
    ("sorry i missed your call", "say who you are after the tone and i will ring you"),
    (
        "the mobile you have called can't take your call now",
        "please record your message after the tone",
        "when you have finished recording you may hang up",
    ),
    ("hey this is mike you know what to do",),
)
MENUS = (
    ("thank you for calling northern gas", "for sales press one", "for support press two"),
    (
        "welcome to the surgery",
        "please listen carefully to the following options",
        "press one for appointments",
    ),
    ("your call is important to us", "please hold the line and one of our agents will be with you"),
    (
        "hello and welcome",
        "if you know the extension number please dial it now",
        "otherwise press zero for the operator",
    ),
    (
        "you are number three in the queue",
        "please stay on the line",
        "your call will be answered by the next available advisor",
    ),
    (
        "thank you for calling",
        "our opening hours are nine to five",
        "press one to leave your details",
    ),
)
SCREENERS = (
    ("hi if you record your name and reason for calling", "i'll see if this person is available"),
    (
        "the person you are calling is using a screening service",
        "please say your name and why you're calling",
    ),
    ("please state your name and the reason for your call after the tone",),
    (
        "hello i'm an assistant",
        "before i connect you please say who you are and the purpose of your call",
    ),
)
ANNOUNCEMENTS = (
    (
        "the number you have dialled has not been recognised",
        "please check the number and try again",
    ),
    ("sorry the number you have called is not in service",),
    ("the mailbox is full and cannot take any messages at this time", "goodbye"),
    ("the person you are calling is not available", "please try again later"),
    ("the mobile phone you have called is switched off", "please try later"),
    ("this number is no longer in service",),
)
CORPUS = {
    Party.HUMAN: (*PEOPLE, *FIRMS),
    Party.VOICEMAIL: VOICEMAILS,
    Party.IVR: MENUS,
    Party.SCREENING: SCREENERS,
    Party.UNAVAILABLE: ANNOUNCEMENTS,
}
FRESH_FIRMS = (("hello kingsway plumbers steve here what can we do for you this morning",),)
FRESH = {
    Party.HUMAN: (
        ("hello",),
        ("yes hello",),
        ("hi who's that",),
        ("good evening",),
        ("anna speaking",),
        ("oh hello i'm just on my way out",),
        *FRESH_FIRMS,
    ),
    Party.VOICEMAIL: (
        ("hi you've got through to ben's phone", "drop me a message after the beep"),
        ("no one can take your call at present", "please speak after the tone"),
        ("hello this is linda and george", "we're away until monday", "leave us a number"),
        ("the customer you are calling cannot answer", "to record a message wait for the signal"),
    ),
    Party.IVR: (
        ("welcome to city bank", "to check your balance press one", "to hear more press two"),
        ("all our lines are busy", "please hold and we will be with you shortly"),
    ),
    Party.SCREENING: (
        ("this call is being screened", "please tell me your name and why you are calling"),
        ("hi please say who is calling", "and i'll check whether they can take the call"),
    ),
    Party.UNAVAILABLE: (
        ("your call cannot be connected", "please check the number and dial again"),
        ("the person at this number is not accepting calls at this time",),
    ),
}
