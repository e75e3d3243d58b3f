"""Sentences made by hand, for what needs no model."""

from collections.abc import Mapping

import numpy as np

from agent.cloning.mine.acts.said import Act, Said
from agent.cloning.mine.material import Material, Place
from tests.cloning.mine.scripted import Script, material


def said(script: str, acts: Mapping[str, Act], *, call: str = "c1") -> tuple[Said, ...]:
    """The turns of one call, each one sentence; `acts` by the beginning of the sentence."""
    return said_in(material({call: Script(script)}), acts)


def said_in(corpus: Material, acts: Mapping[str, Act]) -> tuple[Said, ...]:
    """Each turn of a corpus as one sentence."""
    found = []
    for place in corpus.places():
        text = place.turn.text
        act = next((act for begins, act in acts.items() if text.startswith(begins)), "other")
        found.append(_sentence(place, act))
    return tuple(found)


def _sentence(place: Place, act: Act) -> Said:
    text = place.turn.text
    return Said(
        place=place, index=0, start=0, end=len(text), text=text, act=act,
        question=text.endswith("?"), vector=np.zeros(4, np.float32),
    )  # fmt: skip
