from agent.asterisk.queues import QueueState, parse_queue_status

PARAMS = {"Event": "QueueParams", "Queue": "sales", "Calls": "2", "Holdtime": "31"}


def member(status: str, paused: str = "0", queue: str = "sales") -> dict[str, str]:
    return {"Event": "QueueMember", "Queue": queue, "Status": status, "Paused": paused}


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
    assert parse_queue_status("sales", answers) == QueueState(
        "sales", logged_in=2, idle=1, waiting=2, hold_time_s=31
    )


def test_an_unknown_queue_is_unknown_and_not_empty() -> None:
    assert parse_queue_status("nosuch", [{"Response": "Success"}, PARAMS]) is None
