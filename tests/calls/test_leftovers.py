from typing import Any

from agent.calls.leftovers import Kind, Led, Standing, find_leftovers

APP = "understudy"


def channel(channel_id: str, name: str, data: str = f"{APP},in", app: str = "Stasis") -> Any:
    return {"id": channel_id, "name": name, "dialplan": {"app_name": app, "app_data": data}}


def bridge(bridge_id: str, *channels: str, name: str = APP) -> Any:
    return {"id": bridge_id, "name": name, "channels": list(channels)}


STANDING = Standing(
    channels=[
        channel("1.1", "PJSIP/201-1"),
        channel("understudy-media-a", "UnicastRTP/127.0.0.1:40000-1"),
        channel("2.1", "PJSIP/202-1", "understudy,returned,b,TIMEOUT"),
        channel("understudy-media-b", "UnicastRTP/127.0.0.1:40002-1"),
        channel("3.1", "Snoop/1.1-00000001"),
        channel("3.2", "Snoop/2.1-00000002"),
        channel("3.3", "Recorder/ARI-0003"),
        channel("4.1", "PJSIP/204-1", "another,in"),
        channel("5.1", "PJSIP/205-1", app="Queue"),
    ],
    bridges=[
        bridge("understudy-a", "1.1", "understudy-media-a"),
        bridge("understudy-b", "2.1"),
        bridge("understudy-c", name="another"),
        bridge("conference"),
    ],
    applications={
        APP: frozenset({"1.1", "2.1"}),
        "understudy-2": frozenset({"2.1", "9.9"}),
        "dialler": frozenset(),
    },
)


def found(led: Led, app: str = APP) -> list[tuple[Kind, str]]:
    return [(left.kind, left.key) for left in find_leftovers(STANDING, app, led)]


def test_what_no_call_leads_is_left_over_callers_first() -> None:
    led = Led(frozenset({"1.1"}), frozenset({"a"}))
    assert found(led) == [
        (Kind.CALLER, "2.1"),
        (Kind.CHANNEL, "understudy-media-b"),
        (Kind.CHANNEL, "3.2"),
        (Kind.BRIDGE, "understudy-b"),
    ]
    assert found(Led(frozenset({"1.1", "2.1"}), frozenset({"a", "b"}))) == []


def test_a_caller_comes_with_the_dialplans_arguments() -> None:
    caller = find_leftovers(STANDING, APP, Led(frozenset({"1.1"})))[0].caller
    assert caller is not None
    assert (caller.channel.channel_id, caller.arguments) == ("2.1", ("returned", "b", "TIMEOUT"))


def test_whoever_may_lead_it_is_named() -> None:
    led = Led(frozenset({"1.1"}), frozenset({"a"}))
    listeners = {left.key: left.listeners for left in find_leftovers(STANDING, APP, led)}
    assert listeners["2.1"] == {APP, "understudy-2"}
    assert listeners["understudy-media-b"] == frozenset()
    assert listeners["understudy-b"] == {APP, "understudy-2"}


def test_another_application_has_its_own() -> None:
    assert found(Led(), "another") == [(Kind.CALLER, "4.1"), (Kind.BRIDGE, "understudy-c")]
    assert found(Led(), "third") == []
