"""From which figures on something is a finding."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of the rules.

    The house's goals (median answer 500 ms, 95 of 100 within 900 ms, pauses within 220 ms) leave
    room for single slow ones: a finding is what a caller notices.
    """

    slow_answer_ms: float = 1200.0
    slow_greeting_ms: float = 1000.0
    slow_pause_ms: float = 300.0
    long_false_pause_ms: float = 1000.0
    false_pauses: int = 3
    words_of_an_interruption: int = 3
    talked_over_s: float = 1.5
    unsure_words: float = 0.6
    noises: int = 3
    loss: float = 0.02
    bad_loss: float = 0.1
    jitter_ms: float = 30.0
    late_p99_ms: float = 20.0
    stutter_ms: float = 100.0
    a_second_of_packets: int = 50
    long_wait_s: float = 60.0
    at_once_s: float = 3.0
    short_talk_s: float = 5.0
    gave_up_after_s: float = 1.0


LIMITS = Limits()
