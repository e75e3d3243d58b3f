"""The smallest playbook that greets, sells, hands over and takes back."""

from agent.dialogue.playbook import Playbook

GREETING = "Hello, is it about the offer?"
BYE = "Lovely, goodbye."
CONNECT = "I'll connect you."
NOBODY = "Sorry, nobody is there."
BACK = "Sorry, nobody answered."
BUSY = "Everybody is talking. There is one caller before you. Do you want to wait?"
WAIT = "Please hold."
STILL_THERE = "Are you still there?"
SAY_YES = "Please say yes or no."
SILENT = "I'll let you go."
NO_CARDS = "No card numbers, please."
OFF = "The recording is off."

TINY = Playbook.model_validate(
    {
        "playbook": {"id": "tiny", "version": 1, "title": "Tiny"},
        "persona": {"name": "Ann", "company": "Acme"},
        "objective": {
            "primary": "a yes",
            "secondary": "none",
            "definition_of_done": "sale",
            "give_up": {"hang_up": True},
        },
        "compliance": {
            "ai_disclosure": "hello",
            "recording_notice": "hello",
            "do_not_call": "bye",
            "no_payment_data": "card",
            "must_say": [],
        },
        "facts": {},
        "slots": {},
        "start": "opening",
        "stages": [
            {
                "id": "opening",
                "goal": "a yes",
                "entry": ["hello"],
                "expects": "yes_no",
                "exits": [{"on": "affirm", "say": ["bye"], "hang_up": True, "disposition": "sale"}],
                "fallback": {"to": "@stay"},
            },
            {
                "id": "choice",
                "goal": "wait or not",
                "again": ["busy"],
                "expects": "yes_no",
                "exits": [
                    {"on": "affirm", "say": ["wait"], "transfer": "default"},
                    {"on": "deny", "to": "opening"},
                ],
                "fallback": {"to": "@stay"},
            },
        ],
        "intents": [
            {"id": "affirm", "examples": ["yes"]},
            {"id": "deny", "examples": ["no"]},
            {"id": "repeat", "examples": ["pardon"]},
            {
                "id": "human",
                "hard": True,
                "phrases": ["a person"],
                "then": {"say": ["connect"], "transfer": "asked"},
            },
            {
                "id": "give_card",
                "hard": True,
                "phrases": ["my card"],
                "then": {"say": ["card"], "to": "@stay"},
            },
            {
                "id": "no_recording",
                "hard": True,
                "phrases": ["no recording"],
                "then": {"say": ["off"], "to": "@stay"},
            },
        ],
        "objections": [],
        "lines": {
            "hello": {"text": GREETING},
            "bye": {"text": BYE},
            "connect": {"text": CONNECT},
            "nobody": {"text": NOBODY},
            "back": {"text": BACK},
            "busy": {"text": "Everybody is talking. {queue_place}. Do you want to wait?"},
            "wait": {"text": WAIT},
            "prompt": {"text": STILL_THERE},
            "rephrase": {"text": SAY_YES},
            "silent": {"text": SILENT},
            "card": {"text": NO_CARDS},
            "off": {"text": OFF},
        },
        "repair": {
            "no_input": ["prompt", "rephrase"],
            "no_input_end": {"say": ["silent"], "hang_up": True, "disposition": "no_answer"},
            "no_match": ["rephrase"],
            "repeat": "prompt",
            "put_through": "connect",
            "goodbye": "bye",
            "card_refused": "card",
            "returned": {"nobody_logged_in": "nobody", "default": "back"},
            "returned_to": "opening",
            "busy": ["busy"],
            "busy_to": "choice",
            "cannot_say": "rephrase",
        },
        "keys": {"0": "human"},
        "queues": {"default": "sales"},
        "reasons": {"asked": "asked for a person"},
    }
)
