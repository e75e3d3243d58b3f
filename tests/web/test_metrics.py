import re
from importlib import resources

import yaml
from prometheus_client.parser import text_string_to_metric_families

from agent.records.models import Speaker
from agent.records.records import CallAnswered, LatencyRecord
from agent.snapshots.keeper import KeeperStats
from agent.web.metrics import Metrics
from tests.records.calls import CALL, OTHER, ended, happened, said, started


def samples(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """What a scraper reads: name and labels to value."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics.render().decode())
        for sample in family.samples
    }


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return samples(metrics).get((name, frozenset(labels.items())))


async def test_a_process_without_calls_has_figures_of_its_own() -> None:
    metrics = Metrics()
    assert value(metrics, "understudy_live_calls") == 0
    assert value(metrics, "understudy_tasks") == 1  # this test
    assert (value(metrics, "process_resident_memory_bytes") or 0) > 1e6


async def test_live_calls_go_up_and_down() -> None:
    metrics = Metrics()
    for call_id in (CALL, OTHER):
        metrics.call_started(started(call_id))
        metrics.call_answered(CallAnswered(call_id=call_id, codec="g722", linked_id="17.0"))
    assert value(metrics, "understudy_live_calls") == 2
    metrics.call_ended(ended(CALL, "sold"))
    metrics.call_ended(ended(OTHER, "transferred"))
    assert value(metrics, "understudy_live_calls") == 0
    assert value(metrics, "understudy_calls_total", outcome="sold") == 1
    assert value(metrics, "understudy_calls_total", outcome="transferred") == 1


async def test_turns_and_events_are_counted_by_kind() -> None:
    metrics = Metrics()
    for speaker in (Speaker.AGENT, Speaker.CALLER, Speaker.CALLER):
        metrics.turn(said(0, speaker=speaker))
    metrics.event(happened("barge_in_committed"))
    assert value(metrics, "understudy_turns_total", speaker="agent") == 1
    assert value(metrics, "understudy_turns_total", speaker="caller") == 2
    assert value(metrics, "understudy_call_events_total", kind="barge_in_committed") == 1


async def test_latencies_are_a_histogram_in_seconds() -> None:
    metrics = Metrics()
    for ms in (40.0, 690.0, 9000.0):
        metrics.latency(LatencyRecord(call_id=CALL, name="end_of_speech_to_first_audio", ms=ms))
    stage = "end_of_speech_to_first_audio"
    buckets = {
        limit: value(metrics, "understudy_latency_seconds_bucket", stage=stage, le=limit)
        for limit in ("0.05", "0.5", "0.7", "5.0", "+Inf")
    }
    assert buckets == {"0.05": 1, "0.5": 1, "0.7": 2, "5.0": 2, "+Inf": 3}
    total_s = value(metrics, "understudy_latency_seconds_sum", stage=stage)
    assert total_s is not None
    assert abs(total_s - 9.73) < 1e-6


async def test_a_caller_is_in_no_metric() -> None:
    metrics = Metrics()
    metrics.call_started(started(caller_number="+441632960123"))
    metrics.turn(said(0, "my card is four two four two"))
    metrics.call_ended(ended(slots={"postcode": "LK1 2AB"}))
    text = metrics.render().decode()
    assert not any(private in text for private in ("1632", "four", "LK1", CALL))


async def test_turn_taking_has_figures_by_outcome_and_the_owners_names() -> None:
    metrics = Metrics()
    for kind in ("barge_in_paused", "barge_in_paused", "barge_in_resumed", "barge_in_committed"):
        metrics.event(happened(kind))
    data = {"half_duplex_s": 12.5, "confidences": [7, 0, 0, 0, 0, 0, 0, 0, 0, 3]}
    metrics.event(happened("turn_taking", **data))
    metrics.latency(LatencyRecord(call_id=CALL, name="end_of_speech_to_first_audio", ms=400.0))
    assert value(metrics, "vad_trigger_count_total") == 2
    assert value(metrics, "understudy_barge_ins_total", outcome="true") == 1
    assert value(metrics, "understudy_barge_ins_total", outcome="false") == 1
    assert value(metrics, "understudy_half_duplex_seconds_total") == 12.5
    assert value(metrics, "understudy_vad_confidence_frames_total", le="0.1") == 7
    assert value(metrics, "understudy_vad_confidence_frames_total", le="1.0") == 3
    assert value(metrics, "call_answer_latency_seconds_count") == 1


async def test_alert_rules_name_metrics_that_exist() -> None:
    rules = yaml.safe_load((resources.files("agent.web") / "prometheus/alerts.yaml").read_text())
    metrics = Metrics()
    metrics.call_ended(ended(CALL, "sold"))
    metrics.event(happened("barge_in_resumed"))
    exposed = {name for name, _ in samples(metrics)}
    expressions = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    named = {name for text in expressions for name in re.findall(r"[a-z_]+_(?:total|bucket)", text)}
    assert len(expressions) >= 3
    assert named <= exposed


async def test_saving_that_fails_shows() -> None:
    metrics = Metrics()
    metrics.watch_snapshots(lambda: KeeperStats(waiting=2, written=5, failures=3, dropped=1))
    shown = metrics.render().decode()
    assert "understudy_snapshots_waiting 2.0" in shown
    assert "understudy_snapshots_failures 3.0" in shown
    assert "understudy_snapshots_dropped 1.0" in shown
