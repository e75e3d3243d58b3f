from agent.calls.decision_notes import decision_told
from agent.dialogue.classifier import Scored
from agent.dialogue.grounds import Grounds, LineChoice, Refusal
from agent.dialogue.reply import Continue, Reply, Transfer
from agent.dialogue.understanding import Understanding
from agent.records.models import Event
from agent.records.records import DECIDED
from agent.records.report import build_report
from agent.web.call_page import render_call_page
from agent.web.why import decisions, slots_heard, why_of
from tests.web.sample_call import CALL_ID, STARTED, sample_report


def decided(at_s: float = 9.5, **data: object) -> Event:
    return Event(
        call_id=CALL_ID, sequence=900, at_s=at_s, kind=DECIDED, data=data, happened_at=STARTED
    )


def reply(heard: Understanding, **values: object) -> Reply:
    grounds = Grounds(
        "an exit of the stage",
        "opening",
        (LineChoice("price.a", 3, by_fit=True), LineChoice("price.ask", 1)),
        (Refusal("price.b", ("amount",)),),
    )
    action = values.get("action", Continue())
    return Reply((), action, None, heard, "offer", grounds=grounds)  # type: ignore[arg-type]


def test_a_decision_is_told_with_what_else_was_close_and_without_values() -> None:
    ranked = (Scored("ask_price", 0.71234), Scored("ask_contract", 0.6))
    told = decision_told(
        reply(
            Understanding(
                "ask_price", 0.8123, 0.1, {"postcode": "LK1 2AB"}, None, "embedding", ranked=ranked
            )
        )
    )
    assert told["close"] == [["ask_price", 0.712], ["ask_contract", 0.6]]
    assert told["slots"] == ["postcode"]
    assert "LK1" not in repr(told)


def test_sentences_tell_intent_way_lines_and_refusals() -> None:
    ranked = (Scored("ask_price", 0.71), Scored("ask_contract", 0.6))
    heard = Understanding("ask_price", 0.81, 0.1, source="embedding", ranked=ranked)
    why = why_of(decided(**decision_told(reply(heard, action=Transfer("sales", "wants_human")))))
    assert why.rule == "an exit of the stage"
    assert why.sentences == (
        "Understood as ask price by likeness, 81 % sure.",
        "Close: ask contract 0.60.",
        "opening → offer, then to the queue sales (wants human).",
        "Line price.a: fits best of 3.",
        "Line price.ask.",
        "The guard stopped price.b: amount that nothing bears out.",
    )


def test_a_decision_belongs_to_the_callers_turn_before_it() -> None:
    sample = sample_report()
    event = decided(43.95, rule="an answer for postcode", stage="a", to="a", slots=["postcode"])
    report = build_report(sample.call, sample.turns, (*sample.events, event), sample.latencies)
    assert list(decisions(report)) == [7]
    heard = {slot.name: slot.at_s for slot in slots_heard(report)}
    assert heard == {"postcode": 40.3, "current_price": None, "package": None}
    html = render_call_page(report, None)
    assert "<summary>an answer for postcode</summary>" in html
    assert "<b>decided</b>" not in html


def test_findings_stand_on_the_page() -> None:
    html = render_call_page(sample_report(outcome="failed", ended_by="error"), None)
    assert "What went wrong" in html
