"""Figures of the way to Asterisk."""

from agent.asterisk.connection import ConnectionStats
from agent.asterisk.patience import PatienceStats
from agent.asterisk.queues import AmiStats
from agent.calls.manager import PbxStats
from agent.calls.resync import ResyncStats
from agent.calls.state import CallState
from agent.metrics.exposition import Metrics
from agent.metrics.pbx import ami_figures, pbx_figures, state_figures
from tests.metrics.scrape import value

PBX = PbxStats(
    ConnectionStats(connected=False, losses=3, away_s=42.5, restarts=1),
    ResyncStats(taken_back=2, removed=5),
    PatienceStats(late=4, given_up=1),
)
AMI = AmiStats(logged_in=True, losses=2, unanswered=6)
STATES = {CallState.SPEAKING: 3, CallState.HANDED_OVER: 1}


def test_the_way_to_asterisk_tells_its_gaps() -> None:
    metrics = Metrics()
    metrics.watch(*pbx_figures(lambda: PBX))
    assert value(metrics, "understudy_asterisk_connected") == 0
    assert value(metrics, "understudy_asterisk_losses_total") == 3
    assert value(metrics, "understudy_asterisk_away_seconds_total") == 42.5
    assert value(metrics, "understudy_asterisk_restarts_total") == 1
    assert value(metrics, "understudy_resync_taken_back_total") == 2
    assert value(metrics, "understudy_asterisk_requests_given_up_total") == 1


def test_the_manager_connection_and_the_calls_are_told() -> None:
    metrics = Metrics()
    metrics.watch(*ami_figures(lambda: AMI), *state_figures(lambda: STATES))
    assert value(metrics, "understudy_ami_logged_in") == 1
    assert value(metrics, "understudy_ami_unanswered_total") == 6
    assert value(metrics, "understudy_calls_in_state", state="speaking") == 3
    assert value(metrics, "understudy_calls_in_state", state="handed_over") == 1
