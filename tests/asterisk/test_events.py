from agent.asterisk.events import (
    ApplicationReplaced,
    Channel,
    ChannelDestroyed,
    ChannelHangupRequest,
    ChannelStateChange,
    PresenceAsked,
    PresenceTold,
    StasisStart,
    parse_event,
)

CHANNEL = {
    "id": "1763712345.7",
    "name": "PJSIP/caller-00000003",
    "caller": {"number": "07700900123", "name": "Ann"},
    "dialplan": {"exten": "1000"},
}
PARSED = Channel("1763712345.7", "PJSIP/caller-00000003", "07700900123", "Ann", "1000")


def test_stasis_start_carries_the_dialplans_arguments() -> None:
    data = {"type": "StasisStart", "channel": CHANNEL, "args": ["returned", "c-1", "TIMEOUT"]}
    assert parse_event(data) == StasisStart(PARSED, ("returned", "c-1", "TIMEOUT"))


def test_destroyed_carries_the_cause() -> None:
    data = {"type": "ChannelDestroyed", "channel": CHANNEL, "cause": 16}
    assert parse_event(data) == ChannelDestroyed(PARSED, 16)


def test_asterisk_that_stops_is_told_from_a_caller_who_hangs_up() -> None:
    request = {"type": "ChannelHangupRequest", "channel": CHANNEL}
    assert parse_event({**request, "cause": 16}) == ChannelHangupRequest(PARSED, 16)
    # From within Asterisk; the flags of AST_SOFTHANGUP_EXPLICIT and _SHUTDOWN.
    assert parse_event({**request, "cause": 32, "soft": True}) == ChannelHangupRequest(PARSED, 0)
    stops = ChannelHangupRequest(PARSED, 0, shutdown=True)
    assert parse_event({**request, "cause": 4, "soft": True}) == stops


def test_replaced_and_unknown() -> None:
    assert parse_event({"type": "ApplicationReplaced"}) == ApplicationReplaced()
    assert parse_event({"type": "DeviceStateChanged"}) is None


def test_a_change_of_state_carries_the_state() -> None:
    data = {"type": "ChannelStateChange", "channel": {**CHANNEL, "state": "Up"}}
    assert parse_event(data) == ChannelStateChange(PARSED, "Up")


def test_processes_talk_by_user_events() -> None:
    asked = {"type": "ChannelUserevent", "eventname": "UnderstudyPresenceAsked"}
    told = {"type": "ChannelUserevent", "eventname": "UnderstudyPresenceTold"}
    variables = {"userevent": {"app": "understudy-2"}}
    assert parse_event({**asked, **variables}) == PresenceAsked("understudy-2")
    assert parse_event({**told, **variables}) == PresenceTold("understudy-2")
    assert parse_event({**told, "userevent": {}}) is None
    assert parse_event({"type": "ChannelUserevent", "eventname": "other", **variables}) is None
