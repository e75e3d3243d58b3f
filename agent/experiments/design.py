"""Which variant a caller gets: decided by a hash of the number, so always the same one.

    0 |-- holdout --|------ variant A ------|---------- variant B ----------| 1
                            ^ the caller's place: SHA-256 of salt and number

The same salt, holdout and weights give a caller the same variant in every process and for ever.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agent.dialogue.snapshot import PlaybookIdentity
from agent.experiments.settings import HOLDOUT, ExperimentSettings
from agent.records.numbers import NotANumber, normalised
from agent.records.records import Assignment
from agent.turns.settings import TurnSettings

_PLACES = 2**64


@dataclass(frozen=True)
class Design:
    """An experiment whose playbooks are known; `definition` is what the records keep of it."""

    settings: ExperimentSettings
    definition: Mapping[str, Any]

    @cached_property
    def revision(self) -> str:
        """A digest of all that makes a call go one way or another, and of what is to be decided."""
        written = json.dumps(self.definition, sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()[:12]

    def assign(self, number: str, channel_id: str) -> Assignment:
        """The variant of a caller; one who withholds the number is a new caller with each call.

        A channel keeps its id when the caller comes back from a queue or to another process.
        """
        try:
            unit = self._digest(normalised(number))
        except NotANumber:
            unit = self._digest(f"channel {channel_id}")
        return Assignment(
            experiment=self.settings.name,
            revision=self.revision,
            variant=self._variant(int(unit[:16], 16) / _PLACES),
            unit=unit,
            definition=self.definition,
        )

    def _variant(self, place: float) -> str:
        place -= self.settings.holdout
        if place < 0:
            return HOLDOUT
        weights = {name: variant.weight for name, variant in self.settings.variants.items()}
        scale = (1.0 - self.settings.holdout) / sum(weights.values())
        # By name: the order in the settings file means nothing.
        names = sorted(weights)
        for name in names[:-1]:
            place -= weights[name] * scale
            if place < 0:
                return name
        return names[-1]

    def _digest(self, unit: str) -> str:
        salt = self.settings.salt or self.settings.name
        return hashlib.sha256(f"{salt}\0{unit}".encode()).hexdigest()[:32]


def design(
    settings: ExperimentSettings,
    turns: TurnSettings,
    playbooks: Mapping[str, PlaybookIdentity],
    outside: PlaybookIdentity,
    done: frozenset[str],
) -> Design:
    """An experiment over these base settings.

    `playbooks` are the variants', `outside` is the one without an experiment, and `done` the
    outcomes that all of these playbooks call done.
    """
    definition = {
        **settings.model_dump(mode="json", exclude={"variants"}),
        "control": settings.held_against,
        "success": sorted(settings.success or done),
        "outside": {"playbook": list(outside), "turns": turns.model_dump(mode="json")},
        "variants": {
            name: {
                "weight": variant.weight,
                "playbook": list(playbooks[name]),
                "turns": variant.turns,
            }
            for name, variant in sorted(settings.variants.items())
        },
    }
    return Design(settings, definition)
