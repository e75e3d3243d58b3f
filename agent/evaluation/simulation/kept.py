"""Simulated calls on the disk: what has been simulated once is not simulated again."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from agent.cloning.files import write_bytes
from agent.evaluation.simulation.simulated_call import SimulatedCall

_BATCH: TypeAdapter[list[SimulatedCall]] = TypeAdapter(list[SimulatedCall])


class KeptCalls:
    """The calls of one version in a folder, a file for each batch that was finished."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def by_seed(self) -> dict[str, SimulatedCall]:
        """All of them. A file that can't be read costs its calls only: they are simulated again."""
        found: dict[str, SimulatedCall] = {}
        for file in sorted(self._folder.glob("*.json")):
            try:
                found |= {call.seed: call for call in _BATCH.validate_json(file.read_bytes())}
            except (OSError, ValidationError):
                continue
        return found

    def add(self, calls: Sequence[SimulatedCall]) -> None:
        """Keep a batch, whole or not at all."""
        name = hashlib.sha256("\n".join(call.seed for call in calls).encode()).hexdigest()[:16]
        write_bytes(self._folder / f"{name}.json", _BATCH.dump_json(list(calls)))

    def forget(self) -> None:
        """From here on there are none."""
        for file in self._folder.glob("*.json"):
            file.unlink()
