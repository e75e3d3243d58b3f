"""Simulated calls with a playbook, and with what is proposed for it, by the same customers."""

from collections.abc import Sequence

from agent.cloning.compose.inputs import Inputs, read_inputs
from agent.cloning.engines import Engines
from agent.cloning.pipeline import Progress, Report
from agent.cloning.project import Project
from agent.cloning.refine.refine import AFTER, BEFORE, placed_lines, put_forward
from agent.cloning.refine.simulated import propose_from_simulated
from agent.dialogue.loader import load_playbook
from agent.evaluation.comparison.findings import Side
from agent.evaluation.customers.ears import reasons_meant
from agent.evaluation.customers.persona import shipped_personas
from agent.evaluation.customers.wording import shipped_phrases
from agent.evaluation.simulation.kept import KeptCalls
from agent.evaluation.simulation.plan import Appointment, plan
from agent.evaluation.simulation.run import simulate
from agent.evaluation.simulation.text_call import SimulatedCall
from agent.evaluation.simulation.version import version_of


def refine_by_simulation(
    project: Project, engines: Engines, calls: int, seed: int, progress: Progress
) -> tuple[Report, tuple[Side, ...]]:
    """Propose from so many simulated calls with 7-compose/playbook.yaml, and try the proposals.

    Gives the calls before and, where something is proposed, those with all of it accepted: the
    same customers. Raises CloneError where there is no playbook yet.
    """
    inputs, appointments = read_inputs(project), plan(shipped_personas(), calls, seed)
    placed = placed_lines(project)
    playbook = project.folder("compose") / "playbook.yaml"
    before = _side("before", str(playbook), project, engines, appointments, progress)
    book = load_playbook(str(playbook))
    meant = reasons_meant(book, shipped_phrases().reasons, engines.encoder)
    found = propose_from_simulated(before.calls, inputs.talk, book, placed, meant, engines.encoder)
    report = put_forward(
        project, inputs, found, engines.encoder,
        told=_told(before.calls, inputs, seed), of=f"{calls} simulated calls",
    )  # fmt: skip
    if not found:
        return report, (before,)
    proposed = str(project.folder("refine") / AFTER)
    return report, (before, _side("after", proposed, project, engines, appointments, progress))


def _side(
    label: str,
    playbook: str,
    project: Project,
    engines: Engines,
    appointments: Sequence[Appointment],
    progress: Progress,
) -> Side:
    version = version_of(engines.settings, playbook)
    kept = KeptCalls(project.folder("refine") / "simulated" / version.fingerprint)
    with progress.work(f"calling {label}", len(appointments)) as bar:
        found = simulate(version, appointments, kept, bar.advance)
    book = load_playbook(playbook)
    return Side(label, book.playbook.title, tuple(stage.id for stage in book.stages), found)


def _told(calls: Sequence[SimulatedCall], inputs: Inputs, seed: int) -> list[str]:
    won = sum(call.done for call in calls)
    raised = sum(len(call.raised) for call in calls)
    settled = sum(len(call.settled) for call in calls)
    broken = sum(bool(call.breaches) for call in calls)
    return [
        "# Simulated calls",
        "",
        f"- {len(calls)} calls with version {inputs.brief.version}, seed {seed}",
        f"- {inputs.brief.done}: {won}",
        f"- reasons not to go on: {raised}, settled {settled}",
        f"- calls in which a gate was broken: {broken}",
        "",
        "Simulated customers show where it fails; their words are the simulator's. What a change "
        f"is worth, callers tell. {BEFORE} is the playbook as it is, {AFTER} with all of this.",
    ]
