"""Timelines of answers: who is it, and when is it time to act?"""

from dataclasses import dataclass

import pytest

from agent.outbound.answering_machine import AnsweringMachine, Verdict
from agent.outbound.greetings import Party
from agent.outbound.settings import AnsweringSettings
from agent.outbound.tones import Tone

SETTINGS = AnsweringSettings()
# The recogniser's answer comes so long after a pause has begun.
WORDS_S = 0.22


@dataclass(frozen=True)
class Said:
    start_s: float
    end_s: float
    text: str = ""


def listen(
    *timeline: Said | Tone, deaf: bool = False, until_s: float = 60.0
) -> tuple[float, Verdict]:
    """Play a timeline; the time of the verdict and the verdict."""
    machine = AnsweringMachine(SETTINGS, 0.0)
    said = [part for part in timeline if isinstance(part, Said)]
    tones = [part for part in timeline if isinstance(part, Tone)]
    sounds = list(tones)
    told = 0
    for step in range(1, round(until_s / 0.02)):
        now = round(step * 0.02, 2)
        while tones and now > tones[0].end_s:
            machine.on_tone(tones.pop(0))
        if not deaf and told < len(said) and now >= said[told].end_s + WORDS_S:
            told += 1
            machine.on_words(" ".join(part.text for part in said[:told]).strip(), now)
        verdict = machine.on_frame(
            now,
            speech=any(part.start_s < now <= part.end_s for part in said),
            tone=any(tone.start_s < now <= tone.end_s for tone in sounds),
        )
        if verdict is not None:
            return now, verdict
    raise AssertionError("nothing was decided")


def test_hello_is_a_person_half_a_second_later() -> None:
    at_s, verdict = listen(Said(0.6, 1.0, "hello"))
    assert (verdict.party, verdict.ended_s) == (Party.HUMAN, 1.0)
    assert at_s == pytest.approx(1.5, abs=0.03)


def test_a_person_is_not_kept_waiting_for_a_slow_recogniser() -> None:
    at_s, verdict = listen(Said(0.6, 1.0), deaf=True)
    assert verdict.party is Party.HUMAN
    assert at_s <= 1.7


def test_a_noise_without_words_is_nobody() -> None:
    at_s, verdict = listen(Said(0.6, 0.8, ""), Said(2.0, 2.4, "hello"))
    assert verdict.party is Party.HUMAN
    assert at_s > 2.4


def test_silence_is_spoken_to_before_the_person_hangs_up() -> None:
    at_s, verdict = listen()
    assert (verdict.party, verdict.ended_s) == (Party.UNCERTAIN, None)
    assert at_s == SETTINGS.no_speech_s


def test_who_answers_for_a_firm_says_more_and_is_a_person() -> None:
    text = "good morning hartley and sons margaret speaking how can i help you"
    at_s, verdict = listen(Said(0.5, 4.5, text))
    assert verdict.party is Party.HUMAN
    assert at_s < 5.3


@pytest.mark.parametrize("pitch_hz", [400.0, 1000.0, 2000.0])
def test_the_message_waits_for_the_beep_that_was_announced(pitch_hz: float) -> None:
    greeting = Said(0.5, 5.0, "please leave a message after the tone")
    at_s, verdict = listen(greeting, Tone(7.8, 8.2, pitch_hz))
    assert (verdict.party, verdict.ready) == (Party.VOICEMAIL, True)
    assert at_s == pytest.approx(8.4, abs=0.05)
    assert verdict.decided_s == pytest.approx(3.02, abs=0.05), "known by its length long before"


def test_a_machine_without_a_beep_is_spoken_to_after_its_silence() -> None:
    at_s, verdict = listen(Said(0.5, 5.0, "leave me a message and have a good day"))
    assert (verdict.party, verdict.ready) == (Party.VOICEMAIL, True)
    assert at_s == pytest.approx(7.0, abs=0.05)


def test_a_beep_tells_a_machine_whose_words_are_not_understood() -> None:
    at_s, verdict = listen(Said(0.5, 2.2, "know what to do"), Tone(2.5, 2.8, 850.0))
    assert (verdict.party, verdict.ready) == (Party.VOICEMAIL, True)
    assert at_s == pytest.approx(3.0, abs=0.05)


def test_a_first_sentence_of_a_machine_is_waited_out() -> None:
    parts = (Said(0.5, 1.4, "hi this is tom"), Said(2.1, 4.0, "i can't take your call"))
    assert listen(*parts)[1].party is Party.VOICEMAIL


def test_a_message_for_later_wins_over_nobody_being_there() -> None:
    parts = (
        Said(0.5, 3.2, "the person you are calling is not available"),
        Said(3.6, 5.5, "please leave a message after the tone"),
    )
    assert listen(*parts, Tone(6.0, 6.4, 1000.0))[1].party is Party.VOICEMAIL


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("thank you for calling for sales press one", Party.IVR),
        ("please say your name and the reason for your call", Party.SCREENING),
        ("the mailbox is full and cannot take any messages", Party.UNAVAILABLE),
        ("the number you have dialled is not in service", Party.UNAVAILABLE),
        ("the phone you called is switched off please try later", Party.UNAVAILABLE),
    ],
)
def test_machines_are_told_apart_by_their_words(text: str, party: Party) -> None:
    _, verdict = listen(Said(0.5, 5.0, text))
    assert verdict.party is party
    assert verdict.ready is (party is Party.SCREENING)


def test_three_rising_tones_are_the_network() -> None:
    steps = (Tone(0.3, 0.63, 950.0), Tone(0.63, 0.96, 1400.0), Tone(0.96, 1.29, 1800.0))
    at_s, verdict = listen(*steps, Said(1.5, 4.0, "the number"))
    assert (verdict.party, verdict.why) == (Party.UNAVAILABLE, "tones")
    assert at_s < 1.4


def test_a_fax_machine_is_nobody() -> None:
    assert listen(Tone(0.5, 3.6, 2100.0))[1].party is Party.UNAVAILABLE


def test_a_greeting_without_end_is_given_up() -> None:
    at_s, verdict = listen(Said(0.5, 55.0, "la"))
    assert (verdict.party, verdict.ready) == (Party.VOICEMAIL, False)
    assert at_s == pytest.approx(SETTINGS.limit_s, abs=0.05)


def test_a_menu_without_end_is_left_sooner() -> None:
    parts = [Said(s, s + 2.9, "press one for sales") for s in range(0, 54, 3)]
    at_s, verdict = listen(*parts)
    assert verdict.party is Party.IVR
    assert at_s < 15
