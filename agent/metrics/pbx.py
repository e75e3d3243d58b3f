"""How the process gets on with Asterisk: events, requests, the queues' state."""

from collections.abc import Callable, Mapping

from agent.asterisk.queues import AmiStats
from agent.calls.manager import PbxStats
from agent.calls.state import CallState
from agent.metrics.watched import Watched, watch_fields


def state_figures(states: Callable[[], Mapping[CallState, int]]) -> tuple[Watched, ...]:
    """Live calls by state."""
    return (
        Watched(
            "understudy_calls_in_state",
            "Calls under way by what the agent is doing in them",
            lambda: {state.value: count for state, count in states().items()},
            labels=("state",),
        ),
    )


def pbx_figures(stats: Callable[[], PbxStats]) -> tuple[Watched, ...]:
    """The event socket, what was found when it was back, and requests that fell into a gap."""
    return (
        *watch_fields(
            "understudy_asterisk",
            lambda: stats().connection,
            gauges={"connected": "1 while Asterisk's events arrive"},
            counters={
                "losses": "Times that the event socket was lost",
                "away_s": "Time without Asterisk's events",
                "restarts": "Restarts of Asterisk that were seen",
            },
        ),
        *watch_fields(
            "understudy_resync",
            lambda: stats().resync,
            gauges={},
            counters={
                "taken_back": "Callers whom no process led any more, taken back",
                "removed": "Channels and bridges of no call, removed",
            },
        ),
        *watch_fields(
            "understudy_asterisk_requests",
            lambda: stats().requests,
            gauges={},
            counters={
                "late": "Requests that got through when Asterisk was back",
                "given_up": "Requests that Asterisk was away for too long for",
            },
        ),
    )


def ami_figures(stats: Callable[[], AmiStats]) -> tuple[Watched, ...]:
    """The manager connection, which tells the queues' state."""
    return watch_fields(
        "understudy_ami",
        stats,
        gauges={"logged_in": "1 while the queues' state is known"},
        counters={
            "losses": "Times that the manager connection was lost",
            "unanswered": "Questions about a queue that nobody answered",
        },
    )
