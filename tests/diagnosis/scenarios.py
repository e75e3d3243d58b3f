"""Calls in which one thing went wrong, and what is to be said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agent.diagnosis.finding import Severity
from tests.diagnosis.told import Told, begun

FAULT, TROUBLE, NOTE = Severity.FAULT, Severity.TROUBLE, Severity.NOTE


@dataclass(frozen=True)
class Scenario:
    """A call, and the findings that it must give: rule and severity, and words of the text."""

    call: Callable[[], Told]
    findings: tuple[tuple[str, Severity], ...]
    words: tuple[str, ...]
    at_s: float | None = None


def _crashed() -> Told:
    return begun().ended("lost", ended_by="crash")


def _hung_up_while_ringing() -> Told:
    return Told().ended("no_outcome", ended_by="caller")


def _gave_up() -> Told:
    call = begun().caller("can I change my tariff", 6.0, 7.5)
    call.event("turn_taking", 11.2, half_duplex_s=0.0, confidences=[1])
    return call.ended(ended_by="caller", hangup_cause=16)


def _hung_up_on_the_greeting() -> Told:
    return Told().answered().agent("Hello, this is Larkfield.", 0.1, 2.1).ended(ended_by="caller")


def _left_the_queue_at_once() -> Told:
    call = begun().event("transfer_started", 5.0, queue="sales", reason="asked")
    call.event("transfer_abandoned", 5.5, wait_s=0.5)
    return call.ended(
        "abandoned_in_queue",
        ended_by="caller",
        transfer_queue="sales",
        transfer_result="abandoned",
    )


def _trunk_down() -> Told:
    return begun().agent("Fine.", 4.0, 4.5).ended(ended_by="caller", hangup_cause=38)


def _model_hung() -> Told:
    call = begun().event("stalled", 6.6, seconds=3.0)
    call.event("fallback", 6.7, reason="nothing came of thinking for 3 s")
    return call.ended("failed", ended_by="error")


def _model_replaced() -> Told:
    call = begun().event("stalled", 6.6, seconds=3.0, stand_in=True)
    return call.agent("It is thirty pounds.", 8.0, 9.0).ended(ended_by="agent")


def _behind() -> Told:
    call = begun().agent("It is thirty pounds.", 4.0, 5.0)
    call.event("recognition_behind", 6.0, lag_ms=2400)
    call.event("turn_taking", 9.0, half_duplex_s=0.0, confidences=[1], recognition_skipped_ms=1200)
    return call.ended(ended_by="agent")


def _stepped_in() -> Told:
    call = begun().event("supervisor", 4.0, by="anna", order="transfer", queue="sales")
    call.event("webhook_failed", 5.2, told="started", why="503")
    return call.agent("I'll put you through.", 4.1, 5.0).ended(ended_by="agent")


def _stopped_by_an_update() -> Told:
    call = begun().event("fallback", 4.4, reason="the agent is shutting down")
    return call.ended("handed_to_queue", ended_by="shutdown")


def _no_port() -> Told:
    call = Told().event("fallback", 0.0, reason="No free port between 40000 and 40999.")
    return call.ended("failed", ended_by="error")


def _not_admitted() -> Told:
    call = Told().event("not_admitted", 0.0, reason="loop_lag_ms", load=1.3)
    call.event("fallback", 0.0, reason="the agent has too many calls")
    return call.ended("not_admitted", ended_by="admission")


def _asterisk_restarted() -> Told:
    return begun().ended("lost", ended_by="pbx")


def _deaf() -> Told:
    call = Told().answered().agent("Hello, this is Larkfield.", 0.1, 2.1)
    call.event("silence_prompt", 7.1, step=1).agent("Are you there?", 7.1, 8.0)
    return call.ended(ended_by="agent", media={"packets_received": 0, "wrong_source": 400})


def _stream_stopped() -> Told:
    call = begun().event("media_lost", 9.0, seconds=5.0)
    return call.agent("Fine.", 4.0, 4.5).ended(ended_by="caller")


def _stream_came_back() -> Told:
    call = begun().event("media_lost", 9.0, seconds=5.0).event("media_back", 12.0, seconds=8.0)
    return call.agent("Fine.", 12.1, 13.0).ended(ended_by="caller")


def _lossy() -> Told:
    call = begun().agent("Fine.", 4.0, 4.5)
    media = {"packets_received": 1800, "lost": 200, "jitter_ms": 44.0}
    return call.ended(ended_by="agent", media=media)


def _strangers() -> Told:
    call = begun().agent("Fine.", 4.0, 4.5)
    return call.ended(ended_by="agent", media={"wrong_source": 900, "malformed": 2})


def _stuttering() -> Told:
    call = begun().agent("Fine.", 4.0, 4.5)
    media = {"skipped_ticks": 45, "pacing_p99_ms": 61.0, "pacing_max_ms": 930.0}
    return call.ended(ended_by="agent", media=media)


def _slow_recognition() -> Told:
    call = begun().waits(
        end_of_speech_to_first_audio=2450.0, endpointing=400.0, asr_final=2010.0, decision=12.0
    )
    return call.agent("It is thirty pounds.", 6.0, 8.0).ended(ended_by="agent")


def _slow_twice() -> Told:
    call = begun().waits(end_of_speech_to_first_audio=1450.0, endpointing=1400.0)
    call.agent("I see.", 5.0, 6.0).caller("and then", 7.0, 7.5)
    call.waits(end_of_speech_to_first_audio=1900.0, endpointing=400.0, tts_first_audio=1490.0)
    return call.agent("That would be on the ninth.", 9.4, 11.0).ended(ended_by="agent")


def _slow_greeting() -> Told:
    call = Told().answered().waits(answer_to_first_audio=2600.0)
    return call.agent("Hello.", 2.6, 3.1).ended(ended_by="agent")


def _misheard() -> Told:
    call = begun().agent("What is your postcode?", 4.0, 5.0, line_ids=("ask.postcode",))
    call.caller("they are the you", 5.5, 6.4, confidence=0.46, intent="none")
    call.agent("Sorry, your postcode?", 6.9, 8.0, line_ids=("sorry", "ask.postcode"))
    return call.caller("i am", 8.4, 9.0, confidence=0.51).ended(ended_by="agent")


def _not_understood() -> Told:
    call = begun().agent("What is it about?", 4.0, 5.0)
    call.caller("the thing on the wall blinks", 5.4, 7.0, intent="none").agent("I see.", 7.5, 8.0)
    call.caller("it is orange", 8.4, 9.0, intent="none").agent("Goodbye.", 9.4, 10.0)
    return call.ended(ended_by="agent")


def _cut_off() -> Told:
    call = begun().agent("Go on.", 4.0, 5.0).event("turn_went_on", 5.2, heard="another call")
    call.event("turn_went_on", 8.3, heard="i have")
    return call.ended(ended_by="agent")


def _noisy() -> Told:
    call = begun()
    for at_s in (5.0, 6.0, 7.0):
        call.event("barge_in_paused", at_s, latency_ms=50, line="noisy")
        call.event("barge_in_resumed", at_s + 0.4, heard="", paused_ms=390)
        call.event("noise", at_s + 0.5, speech_ms=210)
    return call.agent("Thirty pounds a month.", 4.0, 9.0).ended(ended_by="agent")


def _echoing() -> Told:
    call = begun()
    for at_s in (5.0, 6.0, 7.0):
        call.event("barge_in_resumed", at_s, heard="thirty", paused_ms=390)
    call.event("half_duplex", 7.5)
    call.event("turn_taking", 9.8, half_duplex_s=2.0, return_loss_db=11.0, confidences=[1])
    return call.agent("Thirty pounds a month.", 4.0, 9.0).ended(ended_by="agent")


def _passed_over() -> Told:
    call = begun().caller("no no wait that is not what I asked", 5.0, 7.5)
    return call.agent("Thirty pounds a month, fixed.", 4.0, 9.0).ended(ended_by="agent")


def _late_pause() -> Told:
    call = begun().event(
        "barge_in_paused", 5.0, latency_ms=640, level_dbfs=-41, gate_dbfs=-44, line="noisy"
    )
    call.event("barge_in_committed", 5.6, evidence="words", heard="stop")
    call.agent("Thirty pounds.", 4.0, 5.1, interrupted=True, heard_text="Thirty")
    return call.ended(ended_by="agent")


def _nobody_logged_in() -> Told:
    call = begun().event("transfer_refused", 4.1, queue="sales", why="nobody is logged in")
    return call.agent("Nobody is there just now.", 4.2, 6.0).ended(ended_by="agent")


def _nobody_picked_up() -> Told:
    call = begun().agent("I'll put you through.", 4.0, 5.0)
    call.event("transfer_started", 5.0, queue="sales", reason="asked")
    call.event("queue_log", 15.2, event="RINGNOANSWER", member="PJSIP/agent1", ring_s=10.0)
    call.event("transfer_returned", 25.0, status="TIMEOUT", wait_s=20.0)
    call.agent("I'm sorry, nobody picked up.", 25.2, 27.0)
    return call.ended(
        "callback", ended_by="agent", transfer_queue="sales", transfer_result="returned"
    )


def _left_the_queue() -> Told:
    call = begun().event("transfer_started", 5.0, queue="sales", reason="asked")
    call.event("transfer_abandoned", 95.0, wait_s=90.0)
    return call.ended(
        "abandoned_in_queue",
        ended_by="caller",
        transfer_queue="sales",
        transfer_result="abandoned",
    )


def _long_wait() -> Told:
    call = begun().event("transfer_started", 5.0, queue="sales", reason="asked")
    call.event("transfer_answered", 160.0, member="PJSIP/agent1", wait_s=155)
    call.event("queue_log", 163.0, event="COMPLETEAGENT", member="PJSIP/agent1", talk_s=3)
    return call.ended(
        "transferred", ended_by="transfer", transfer_queue="sales", transfer_result="answered"
    )


def _out_of_sight() -> Told:
    call = begun().event("transfer_started", 5.0, queue="sales", reason="asked")
    return call.ended("lost", ended_by="crash", transfer_queue="sales")


def _gap() -> Told:
    call = begun().skipped_turn().skipped_turn()
    return call.agent("Goodbye.", 9.0, 9.5).ended(ended_by="agent")


SCENARIOS: Mapping[str, Scenario] = {
    "crash": Scenario(_crashed, (("ended_badly", FAULT),), ("died", "journalctl"), 3.6),
    "asterisk restarts": Scenario(
        _asterisk_restarted, (("ended_badly", FAULT),), ("Asterisk went away",), 3.6
    ),
    "rang off": Scenario(_hung_up_while_ringing, (("not_answered", FAULT),), ("never answered",)),
    "gave up": Scenario(
        _gave_up, (("gave_up", FAULT),), ("3.7 s without an answer", "change my tariff"), 7.5
    ),
    "hung up on the greeting": Scenario(
        _hung_up_on_the_greeting,
        (("said_nothing", NOTE),),
        ("after 2 s", "none of the caller"),
        2.1,
    ),
    "left the queue at once": Scenario(
        _left_the_queue_at_once, (("handoff_result", FAULT),), ("left at once",), 5.5
    ),
    "trunk down": Scenario(
        _trunk_down, (("hangup_cause", NOTE),), ("cause 38", "network is out of order"), 4.5
    ),
    "model hung": Scenario(
        _model_hung,
        (("ended_badly", FAULT), ("fell_back", FAULT), ("stuck", FAULT)),
        ("got stuck", "A model hung", "nothing came of thinking"),
    ),
    "model replaced": Scenario(
        _model_replaced, (("stuck", TROUBLE),), ("asked the caller to wait",), 6.6
    ),
    "supervisor": Scenario(
        _stepped_in,
        (("supervisor", NOTE), ("webhook_failed", TROUBLE)),
        ("A supervisor stepped in", "order transfer", "why 503"),
    ),
    "recognition behind": Scenario(
        _behind,
        (("recognition_behind", TROUBLE), ("skipped_speech", FAULT)),
        ("1200 ms of what the caller said", "lag_ms 2400"),
    ),
    "update": Scenario(
        _stopped_by_an_update,
        (("ended_badly", NOTE), ("fell_back", NOTE)),
        ("was stopped during the call", "shutting down"),
    ),
    "no port": Scenario(
        _no_port,
        (("ended_badly", FAULT), ("fell_back", FAULT), ("not_answered", FAULT)),
        ("All RTP ports", "media.first_port"),
    ),
    "not admitted": Scenario(
        _not_admitted,
        (("fell_back", FAULT), ("not_admitted", FAULT)),
        ("no room", "loop_lag_ms", "The machine was full"),
    ),
    "deaf": Scenario(
        _deaf,
        (("one_way", FAULT), ("silences", TROUBLE)),
        ("One-way audio", "another address", "Not a word was heard", "media.bind_host"),
    ),
    "stream stops": Scenario(
        _stream_stopped, (("stream_stopped", FAULT),), ("did not come back", "5.0 s"), 9.0
    ),
    "stream comes back": Scenario(
        _stream_came_back, (("stream_stopped", TROUBLE),), ("and came back", "after 8.0 s"), 9.0
    ),
    "loss": Scenario(
        _lossy, (("jitter", NOTE), ("loss", TROUBLE)), ("10.0% of", "44 ms of jitter")
    ),
    "strangers": Scenario(
        _strangers, (("strange_packets", TROUBLE),), ("900 from another address, 2 no RTP",)
    ),
    "stutter": Scenario(
        _stuttering, (("late_sending", TROUBLE),), ("900 ms of it were not sent", "61 ms late")
    ),
    "slow recognition": Scenario(
        _slow_recognition,
        (("slow_answers", TROUBLE),),
        ("An answer took 2.5 s: recognising", "asr_final 2010", "Recognition was behind"),
        6.0,
    ),
    "slow twice": Scenario(
        _slow_twice,
        (("slow_answers", TROUBLE), ("slow_answers", TROUBLE)),
        ("whether the caller had finished", "not in the cache", "on the ninth"),
    ),
    "slow greeting": Scenario(
        _slow_greeting, (("greeting", TROUBLE),), ("began 2.6 s after the answer",), 2.6
    ),
    "misheard": Scenario(
        _misheard,
        (("asked_again", NOTE), ("unsure_words", TROUBLE)),
        ("misheard 2 times", "they are the you", "0.46", "asked the same again once"),
    ),
    "not understood": Scenario(
        _not_understood, (("not_understood", TROUBLE),), ("2 times", "blinks", "an example"), 5.4
    ),
    "cut off": Scenario(
        _cut_off, (("went_on", TROUBLE),), ("before the caller had finished", "another call"), 5.2
    ),
    "noise": Scenario(
        _noisy,
        (("false_pauses", NOTE), ("noises", NOTE)),
        ("fell silent 3 times", "held no words", "210 ms of sound"),
    ),
    "echo": Scenario(
        _echoing,
        (("false_pauses", NOTE), ("half_duplex", TROUBLE)),
        ("echo", "speaking by turns"),
    ),
    "passed over": Scenario(
        _passed_over,
        (("talked_over", TROUBLE),),
        ("not let in", "no no wait", "over 2.5 s"),
        5.0,
    ),
    "late pause": Scenario(
        _late_pause, (("slow_pauses", TROUBLE),), ("after 640 ms", "noisy line, level -41"), 5.0
    ),
    "nobody logged in": Scenario(
        _nobody_logged_in,
        (("not_sent", TROUBLE),),
        ("'sales' and was not sent: nobody is logged in", "queue show sales"),
        4.1,
    ),
    "nobody picks up": Scenario(
        _nobody_picked_up,
        (("handoff_result", FAULT),),
        (
            "came back from the queue 'sales': nobody took the call",
            "TIMEOUT after 20 s",
            "PJSIP/agent1 rang for 10 s",
            "handoff.queue_timeout_s",
        ),
        25.0,
    ),
    "left the queue": Scenario(
        _left_the_queue,
        (("handoff_result", FAULT),),
        ("hung up in the queue 'sales'", "after 90 s"),
        95.0,
    ),
    "long wait": Scenario(
        _long_wait,
        (("short_talk", TROUBLE), ("waited_long", TROUBLE)),
        ("waited 155 s", "hung up after 3 s"),
    ),
    "out of sight": Scenario(
        _out_of_sight,
        (("ended_badly", FAULT), ("handoff_result", TROUBLE)),
        ("is not known", "Linkedid (17.0)"),
    ),
    "gap": Scenario(_gap, (("lost_records", TROUBLE),), ("2 turns", "missing turns: 2, 3")),
}
