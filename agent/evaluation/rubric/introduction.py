"""Group A: how a call begins."""

import re

from agent.dialogue.rules import normalise
from agent.evaluation.rubric.reading import Reading, Verdict
from agent.evaluation.rubric.speech import Sentence

_THIS_IS = re.compile(r"\b(?:[Tt]his is|[Mm]y name(?:'s| is)) (?P<name>[A-Z][a-z]+)")
_FIRST_TURNS = 2
_EARLY_TURNS = 3


def identifies(reading: Reading) -> Verdict:
    """A1"""
    early = reading.agent_turns[:_EARLY_TURNS]
    said = [sentence for sentence in reading.agent if sentence.place in early]
    name = next((s for s in said if _names_itself(s, reading.company)), None)
    company = next((s for s in said if _names_company(s, reading.company)), None)
    if name is None and company is None:
        return Verdict(0, next(iter(said), None), "neither name nor company")
    if name is None or company is None:
        return Verdict(1, name or company, "only one of name and company")
    late = max(name.place, company.place) not in reading.agent_turns[:_FIRST_TURNS]
    return Verdict(1 if late else 2, company)


def states_reason(reading: Reading) -> Verdict:
    """A2"""
    wanted = {"says_why_ringing", "answers_the_phone"}
    found = next((s for s in reading.agent if wanted & s.cues), None)
    if reading.customer_rang and found is None:
        return _asks_reason(reading)
    if found is None:
        first = next((s for s in reading.agent if _names_company(s, reading.company)), None)
        on = first or next(iter(reading.agent), None)
        return Verdict(0 if first is None else 1, on, "no reason in so many words")
    return Verdict(2 if found.place in reading.agent_turns[:_EARLY_TURNS] else 1, found)


def _asks_reason(reading: Reading) -> Verdict:
    first = reading.of_turn(reading.agent_turns[0]) if reading.agent_turns else ()
    asked = next((s for s in first if s.asks and "open_question" in s.cues), None)
    return Verdict(None if asked is None else 2, asked, "" if asked else "the customer says why")


def asks_permission(reading: Reading) -> Verdict:
    """A3"""
    if reading.customer_rang:
        return Verdict(None, why="the customer rang")
    found = next((s for s in reading.agent if s.asks and "asks_permission" in s.cues), None)
    left = next((s for s in reading.before_offer(reading.agent) if "sets_time" in s.cues), None)
    if found is None and left is not None:
        return Verdict(2, left)
    if found is None:
        return Verdict(0, reading.offer or next(iter(reading.agent), None), "never asked")
    waited = reading.of_turn(found.place)[-1] is found
    early = reading.offer is None or found.place < reading.offer.place
    return Verdict(2 if waited and early else 1, found)


def makes_contact(reading: Reading) -> Verdict:
    """A4"""
    rude = next((s for s in reading.agent if "rude" in s.cues), None)
    told = [s for s in reading.before_offer(reading.agent) if not s.asks]
    personal = next((s for s in told if _is_warm(s) or _takes_up(reading, s)), None)
    if personal is not None:
        return Verdict(1 if rude else 2, rude or personal)
    polite = next((s for s in reading.agent if {"greets", "thanks"} & s.cues), None)
    on = rude or polite or next(iter(reading.agent), None)
    return Verdict(0 if polite is None or rude else 1, on)


def _is_warm(sentence: Sentence) -> bool:
    """Not by a filler alone: "lovely", "no problem at all"."""
    return "warm" in sentence.cues and not {"fills", "accepts"} & sentence.cues


def _takes_up(reading: Reading, sentence: Sentence) -> bool:
    """What the customer told of itself; a figure read back is no interest in a person."""
    return bool(reading.echoes(sentence)) and not reading.amounts(sentence)


def _names_itself(sentence: Sentence, company: str) -> bool:
    """By redaction's sign, by phrases, or by a written name that is not the company's."""
    said = _THIS_IS.search(sentence.text)
    own = said is not None and said["name"] not in company.split()
    return own or "<AGENT_" in sentence.text or "names_itself" in sentence.cues


def _names_company(sentence: Sentence, company: str) -> bool:
    if company:
        return normalise(company).split()[0] in sentence.words.split()
    return "names_company" in sentence.cues
