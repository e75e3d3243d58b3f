"""Where the agent's calls of a blind test come from."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from platformdirs import user_cache_path

from agent.cloning.engines import Engines
from agent.cloning.pipeline import Progress
from agent.cloning.project import Project
from agent.cloning.recorded import Conversation, RecordedCall
from agent.cloning.redact.plain import Redacted, Redactor
from agent.dialogue.loader import load_playbook
from agent.evaluation.blindtest.agent_calls import kept_calls, simulated_calls
from agent.evaluation.blindtest.candidate import Candidate
from agent.evaluation.blindtest.project_calls import project_calls
from agent.evaluation.customers.persona import shipped_personas
from agent.evaluation.simulation.kept import KeptCalls
from agent.evaluation.simulation.plan import plan
from agent.evaluation.simulation.run import simulate
from agent.evaluation.simulation.text_call import SimulatedCall
from agent.evaluation.simulation.version import version_of
from agent.records.report import CallReport

RECORDS, SIMULATED = "records", "simulated"


def agent_calls(
    engines: Engines,
    source: str,
    playbook: str,
    calls: int,
    seed: int,
    reports: Sequence[CallReport],
    sounds: Path | None,
    progress: Progress,
) -> list[Candidate]:
    """From RECORDS (`reports`), SIMULATED (`calls` of them), or the clone project at `source`.

    `sounds` is a folder for redacted recordings, None where none are wanted. Raises UnderstudyError
    for what is not there.
    """
    if source not in (RECORDS, SIMULATED):
        return project_calls(Project.open(Path(source)), "agent")
    persona = load_playbook(playbook or engines.settings.dialogue.playbook).persona

    def redact(
        said: Mapping[str, Conversation], of: Mapping[str, RecordedCall]
    ) -> dict[str, Redacted]:
        redactor = Redactor.of(said.values(), of, engines.grammar, persona.company)
        found = {}
        with progress.work("redaction", len(said)) as bar:
            for call, conversation in said.items():
                found[call] = redactor.redact(conversation)
                bar.advance()
        return found

    if source == SIMULATED:
        simulated = _simulated(engines, playbook, calls, seed, progress)
        return simulated_calls(simulated, persona, redact)
    return kept_calls(reports, persona, redact, sounds)


def _simulated(
    engines: Engines, playbook: str, calls: int, seed: int, progress: Progress
) -> tuple[SimulatedCall, ...]:
    """As `understudy simulate` has them, and kept with its own."""
    version = version_of(engines.settings, playbook or engines.settings.dialogue.playbook)
    kept = KeptCalls(user_cache_path("understudy") / "simulated" / version.fingerprint)
    with progress.work("simulated calls", calls) as bar:
        return simulate(version, plan(shipped_personas(), calls, seed), kept, bar.advance)
