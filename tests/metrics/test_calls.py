from dataclasses import asdict

import pytest

from agent.media.stats import MediaStats
from agent.metrics.exposition import Metrics
from agent.records.models import Speaker
from agent.records.records import CallAnswered, LatencyRecord
from tests.metrics.scrape import value
from tests.records.calls import CALL, OTHER, ended, happened, said, started

MEDIA = MediaStats(
    packets_received=950,
    packets_sent=1000,
    lost=50,
    late=3,
    concealed=53,
    discarded=0,
    duplicate=2,
    reordered=1,
    malformed=4,
    wrong_source=7,
    wrong_payload_type=0,
    before_connect=0,
    send_errors=1,
    jitter_ms=12.0,
    buffer_target_ms=60,
    skipped_ticks=9,
    pacing_mean_ms=1.0,
    pacing_p99_ms=6.0,
    pacing_max_ms=40.0,
    pacing_late=11,
)


def test_live_calls_go_up_and_down() -> None:
    metrics = Metrics()
    for call_id in (CALL, OTHER):
        metrics.calls.call_started(started(call_id))
    metrics.calls.call_answered(CallAnswered(call_id=CALL, codec="g722", linked_id="17.0"))
    assert value(metrics, "understudy_live_calls") == 2
    assert value(metrics, "understudy_calls_started_total") == 2
    assert value(metrics, "understudy_calls_answered_total") == 1
    metrics.calls.call_ended(ended(CALL, "sold"))
    metrics.calls.call_ended(ended(OTHER, "transferred"))
    assert value(metrics, "understudy_live_calls") == 0
    assert value(metrics, "understudy_calls_total", outcome="sold") == 1
    assert value(metrics, "understudy_calls_total", outcome="transferred") == 1


def test_turns_and_events_are_counted_by_kind() -> None:
    metrics = Metrics()
    for speaker in (Speaker.AGENT, Speaker.CALLER, Speaker.CALLER):
        metrics.calls.turn(said(0, speaker=speaker))
    metrics.calls.event(happened("barge_in_committed"))
    assert value(metrics, "understudy_turns_total", speaker="agent") == 1
    assert value(metrics, "understudy_turns_total", speaker="caller") == 2
    assert value(metrics, "understudy_call_events_total", kind="barge_in_committed") == 1


def test_latencies_are_a_histogram_in_seconds() -> None:
    metrics = Metrics()
    for ms in (8.0, 690.0, 9000.0):
        record = LatencyRecord(call_id=CALL, name="end_of_speech_to_first_audio", ms=ms)
        metrics.calls.latency(record)
    stage = "end_of_speech_to_first_audio"
    buckets = {
        limit: value(metrics, "understudy_latency_seconds_bucket", stage=stage, le=limit)
        for limit in ("0.01", "0.5", "0.7", "5.0", "+Inf")
    }
    assert buckets == {"0.01": 1, "0.5": 1, "0.7": 2, "5.0": 2, "+Inf": 3}
    total_s = value(metrics, "understudy_latency_seconds_sum", stage=stage)
    assert total_s == pytest.approx(9.698)


def test_a_caller_is_in_no_metric() -> None:
    metrics = Metrics()
    metrics.calls.call_started(started(caller_number="+441632960123"))
    metrics.calls.turn(said(0, "my card is four two four two"))
    metrics.calls.call_ended(ended(slots={"postcode": "LK1 2AB"}))
    text = metrics.render().decode()
    assert not any(private in text for private in ("1632", "four", "LK1", CALL))


def test_turn_taking_has_figures_by_outcome_and_the_owners_names() -> None:
    metrics = Metrics()
    metrics.calls.event(happened("barge_in_paused", latency_ms=40))
    metrics.calls.event(happened("barge_in_paused", latency_ms=210))
    metrics.calls.event(happened("barge_in_resumed", heard="", paused_ms=480.0))
    metrics.calls.event(happened("barge_in_committed", evidence="words"))
    data = {"half_duplex_s": 12.5, "confidences": [7, 0, 0, 0, 0, 0, 0, 0, 0, 3]}
    metrics.calls.event(happened("turn_taking", **data))
    answer = LatencyRecord(call_id=CALL, name="end_of_speech_to_first_audio", ms=400.0)
    metrics.calls.latency(answer)
    assert value(metrics, "vad_trigger_count_total") == 2
    assert value(metrics, "understudy_barge_ins_total", outcome="true") == 1
    assert value(metrics, "understudy_barge_ins_total", outcome="false") == 1
    assert value(metrics, "understudy_barge_in_pause_seconds_bucket", le="0.15") == 1
    assert value(metrics, "understudy_barge_in_pause_seconds_bucket", le="0.22") == 2
    assert value(metrics, "understudy_false_pause_seconds_sum") == pytest.approx(0.48)
    assert value(metrics, "understudy_half_duplex_seconds_total") == 12.5
    assert value(metrics, "understudy_vad_confidence_frames_total", le="0.1") == 7
    assert value(metrics, "understudy_vad_confidence_frames_total", le="1.0") == 3
    assert value(metrics, "call_answer_latency_seconds_count") == 1


def test_the_wait_for_a_human_is_told_by_how_it_ended() -> None:
    metrics = Metrics()
    metrics.calls.event(happened("transfer_answered", member="PJSIP/agent1", wait_s=6))
    metrics.calls.event(happened("transfer_answered"))  # blind: nobody told how long
    metrics.calls.event(happened("transfer_returned", status="TIMEOUT", wait_s=20.0))
    name = "understudy_handoff_wait_seconds"
    assert value(metrics, f"{name}_count", result="answered") == 1
    assert value(metrics, f"{name}_sum", result="returned") == 20.0


def test_an_ended_call_leaves_its_packets_by_what_became_of_them() -> None:
    metrics = Metrics()
    metrics.calls.call_ended(ended(media=asdict(MEDIA)))
    found = {
        "received": value(metrics, "understudy_rtp_packets_total", direction="received"),
        "sent": value(metrics, "understudy_rtp_packets_total", direction="sent"),
        "lost": value(metrics, "understudy_rtp_lost_packets_total"),
        "strange": value(metrics, "understudy_rtp_dropped_packets_total", reason="wrong_source"),
        "garbage": value(metrics, "understudy_rtp_dropped_packets_total", reason="malformed"),
        "late": value(metrics, "understudy_rtp_sent_late_packets_total"),
        "unsent": value(metrics, "understudy_rtp_unsent_packets_total"),
    }
    assert found == {
        "received": 950, "sent": 1000, "lost": 50, "strange": 7, "garbage": 4, "late": 11,
        "unsent": 10,
    }  # fmt: skip
    assert value(metrics, "understudy_rtp_loss_ratio_sum") == pytest.approx(0.05)
    assert value(metrics, "understudy_rtp_jitter_seconds_sum") == pytest.approx(0.012)
    assert value(metrics, "understudy_rtp_one_way_calls_total") == 0


def test_a_call_that_hears_nothing_is_counted_as_one_way() -> None:
    metrics = Metrics()
    silent = {**asdict(MEDIA), "packets_received": 0, "lost": 0}
    metrics.calls.call_ended(ended(media=silent))
    metrics.calls.call_ended(ended(media={**silent, "packets_sent": 12}))  # hung up at once
    metrics.calls.call_ended(ended(media={}))  # never had media
    assert value(metrics, "understudy_rtp_one_way_calls_total") == 1
    assert value(metrics, "understudy_rtp_loss_ratio_count") == 0
