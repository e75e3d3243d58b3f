import pytest

from agent.asterisk.queue_log import parse_queue_event
from agent.asterisk.queues import MemberState, QueueMember, parse_queue_status

PARAMS = {"Event": "QueueParams", "Queue": "sales", "Calls": "2", "Holdtime": "31"}


def member(status: str, paused: str = "0", queue: str = "sales", **more: str) -> dict[str, str]:
    return {"Event": "QueueMember", "Queue": queue, "Status": status, "Paused": paused, **more}


def test_counts_members_that_can_be_rung_and_those_that_are_there() -> None:
    answers = [
        {"Response": "Success", "EventList": "start"},
        PARAMS,
        member("1"),  # idle
        member("2"),  # in use
        member("5"),  # unavailable: not registered
        member("1", paused="1"),
        member("1", queue="support"),
        {"Event": "QueueStatusComplete"},
    ]
    state = parse_queue_status("sales", answers)
    assert state is not None
    assert (state.logged_in, state.idle, state.waiting, state.hold_time_s) == (2, 1, 2, 31)


@pytest.mark.parametrize(
    ("status", "paused", "in_call", "state"),
    [
        ("1", "0", "0", MemberState.FREE),
        ("1", "0", "1", MemberState.BUSY),  # a phone that takes several calls at once
        ("2", "0", "0", MemberState.BUSY),
        ("8", "0", "0", MemberState.BUSY),  # holds somebody
        ("6", "0", "0", MemberState.RINGING),
        ("1", "1", "0", MemberState.PAUSED),
        ("5", "0", "0", MemberState.AWAY),
        ("5", "1", "0", MemberState.AWAY),
    ],
)
def test_what_each_member_is_doing(
    status: str, paused: str, in_call: str, state: MemberState
) -> None:
    zoe = member(status, paused, Name="Zoe", Location="PJSIP/a", InCall=in_call)
    found = parse_queue_status("sales", [PARAMS, zoe])
    assert found is not None
    assert found.members == (QueueMember("Zoe", "PJSIP/a", state),)


def test_an_unknown_queue_is_unknown_and_not_empty() -> None:
    assert parse_queue_status("nosuch", [{"Response": "Success"}, PARAMS]) is None


CALLER = {"uniqueid": "17.1", "linkedid": "17.0", "queue": "sales"}


@pytest.mark.parametrize(
    ("event", "name", "data"),
    [
        ({"event": "QueueCallerJoin", "position": "2"}, "ENTERQUEUE", {"position": 2}),
        (
            {"event": "AgentRingNoAnswer", "membername": "Zoe", "ringtime": "15000"},
            "RINGNOANSWER",
            {"member": "Zoe", "ring_s": 15.0},
        ),
        (
            {"event": "AgentConnect", "interface": "PJSIP/a", "holdtime": "7", "ringtime": "3"},
            "CONNECT",
            {"member": "PJSIP/a", "wait_s": 7, "ring_s": 3},
        ),
        (
            {"event": "AgentComplete", "talktime": "60", "reason": "agent"},
            "COMPLETEAGENT",
            {"talk_s": 60},
        ),
        ({"event": "AgentComplete", "reason": "transfer"}, "TRANSFER", {}),
        ({"event": "AgentDump", "holdtime": "x"}, "AGENTDUMP", {}),
    ],
)
def test_queue_events_by_their_names_in_queue_log(
    event: dict[str, str], name: str, data: dict[str, object]
) -> None:
    parsed = parse_queue_event({**CALLER, **event})
    assert parsed is not None
    assert (parsed.name, parsed.channel_id, parsed.linked_id) == (name, "17.1", "17.0")
    assert parsed.data == data


def test_what_is_no_callers_event_is_none() -> None:
    assert parse_queue_event({**CALLER, "event": "QueueMemberStatus"}) is None
    assert parse_queue_event({"event": "AgentConnect"}) is None


def test_asterisks_abandonment_may_be_a_time_out_and_is_not_believed() -> None:
    assert parse_queue_event({**CALLER, "event": "QueueCallerAbandon", "position": "1"}) is None
