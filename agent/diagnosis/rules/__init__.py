"""The rules, a file for each side of a call."""

from collections.abc import Callable, Iterator

from agent.diagnosis.case import Case
from agent.diagnosis.finding import Finding
from agent.diagnosis.limits import Limits
from agent.diagnosis.rules.answers import greeting, slow_answers
from agent.diagnosis.rules.ending import (
    ended_badly,
    gave_up,
    hangup_cause,
    no_end,
    not_answered,
    said_nothing,
)
from agent.diagnosis.rules.handoff import handoff_result, not_sent, short_talk, waited_long
from agent.diagnosis.rules.hearing import (
    asked_again,
    noises,
    not_understood,
    silences,
    skipped_speech,
    unsure_words,
    went_on,
)
from agent.diagnosis.rules.interruptions import (
    false_pauses,
    half_duplex,
    slow_pauses,
    talked_over,
)
from agent.diagnosis.rules.media import (
    jitter,
    late_sending,
    loss,
    one_way,
    strange_packets,
    stream_stopped,
)
from agent.diagnosis.rules.record import lost_records
from agent.diagnosis.rules.troubles import fell_back, stuck, troubles

Rule = Callable[[Case, Limits], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    ended_badly,
    not_answered,
    no_end,
    gave_up,
    said_nothing,
    hangup_cause,
    fell_back,
    stuck,
    troubles,
    one_way,
    stream_stopped,
    loss,
    jitter,
    strange_packets,
    late_sending,
    greeting,
    slow_answers,
    went_on,
    skipped_speech,
    unsure_words,
    not_understood,
    asked_again,
    silences,
    noises,
    talked_over,
    slow_pauses,
    false_pauses,
    half_duplex,
    not_sent,
    handoff_result,
    waited_long,
    short_talk,
    lost_records,
)
