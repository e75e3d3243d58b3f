"""Recognising calls that have no transcript: what is new, in parallel, kept call by call."""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from agent.cloning.files import write_text
from agent.cloning.ingest.roles import tell_apart
from agent.cloning.made import Made, digest, folder_digest
from agent.cloning.parallel import Failed, each
from agent.cloning.pipeline import Problem, Progress
from agent.cloning.recorded import Conversation, Speaker
from agent.cloning.transcribe.voices import APART
from agent.cloning.transcribe.worker import Recognised, Task, recognise

# Words of which the recogniser is less sure than this on average are not worth reading.
_UNSURE = 0.5
# Mono calls before it is known whose voice is whose: kept, since that is seen over all calls.
_VOICES_FOLDER = ".voices"
_PROBLEMS_FILE = ".left_out.json"


@dataclass(slots=True)
class Tally:
    """What a run has done: seconds of sound, of processors and of the clock."""

    given: int = 0
    kept: int = 0
    recognised: int = 0
    sound_s: float = 0.0
    cpu_s: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def add(self, sound_s: float, cpu_s: float) -> None:
        """One more call was recognised."""
        self.recognised += 1
        self.sound_s += sound_s
        self.cpu_s += cpu_s

    @property
    def times_real_time(self) -> float:
        """Seconds of calls a second of the clock."""
        return self.sound_s / max(time.monotonic() - self.began, 1e-3)

    @property
    def times_real_time_a_core(self) -> float:
        """Seconds of calls a second of one core."""
        return self.sound_s / max(self.cpu_s, 1e-3)


class Hearing:
    """A step's folder and what has been heard for it so far."""

    def __init__(self, folder: Path, made: Made, version: str) -> None:
        """`version` changes the keys of everything that was heard."""
        self._folder = folder
        self._made = made
        self._version = version

    def hear(
        self, tasks: Sequence[Task], progress: Progress, tally: Tally, *, ray: str = ""
    ) -> dict[str, Problem]:
        """Have ID.json for every task that is not among the problems returned, by call."""
        keys = self._keys(tasks)
        problems = {
            call: problem for call, problem in self._earlier_problems().items() if call in keys
        }
        waiting = [task for task in tasks if not self._is_there(task, keys, problems)]
        tally.kept += len(tasks) - len(waiting)
        for task in waiting:
            problems.pop(task.call, None)
        # Long calls first, so that no core is left with the longest one at the end.
        waiting.sort(key=lambda task: (-task.audio.duration_s, task.call))
        with progress.work("seconds of sound", sum(t.audio.duration_s for t in waiting)) as bar:
            for task, result in each(recognise, waiting, ray=ray):
                if isinstance(result, Failed):
                    problems[task.call] = Problem(
                        task.call, str(result), "It is left out; export the recording anew."
                    )
                else:
                    self._keep(task, result, problems)
                    self._made.note(task.call, keys[task.call])
                    tally.add(task.audio.duration_s, result.cpu_s)
                bar.advance(task.audio.duration_s)
                bar.tell(f"{tally.times_real_time:.0f} x real time")
        mono = [t.call for t in tasks if t.audio.layout == "mono" and t.call not in problems]
        problems |= self._name_voices(mono)
        return problems

    def _keys(self, tasks: Sequence[Task]) -> dict[str, str]:
        """By call: its sound, whose channel is whose, and the model by its files."""
        models = {model: folder_digest(model) for model in {task.model for task in tasks}}
        return {
            task.call: digest(
                self._version,
                task.audio.sha256,
                f"{task.audio.layout} {task.audio.customer_channel}",
                models[task.model],
            )
            for task in tasks
        }

    def _is_there(self, task: Task, keys: dict[str, str], problems: dict[str, Problem]) -> bool:
        if (task.call, keys[task.call]) not in self._made:
            return False
        return self._path(task).exists() or task.call in problems

    def _path(self, task: Task) -> Path:
        folder = self._folder / _VOICES_FOLDER if task.audio.layout == "mono" else self._folder
        return folder / f"{task.call}.json"

    def _keep(self, task: Task, result: Recognised, problems: dict[str, Problem]) -> None:
        problem = _problem(result)
        if problem is None:
            write_text(self._path(task), result.conversation.model_dump_json(indent=1))
            return
        problems[task.call] = problem
        content = {call: asdict(problem) for call, problem in sorted(problems.items())}
        write_text(self._folder / _PROBLEMS_FILE, json.dumps(content, indent=1))

    def _earlier_problems(self) -> dict[str, Problem]:
        try:
            content = json.loads((self._folder / _PROBLEMS_FILE).read_text("utf-8"))
            return {call: Problem(**problem) for call, problem in content.items()}
        except (OSError, ValueError, TypeError):
            return {}

    def _name_voices(self, calls: Iterable[str]) -> dict[str, Problem]:
        """Write the mono calls with the agent's turns as the agent's, as far as words tell."""
        heard = {
            call: Conversation.model_validate_json(
                (self._folder / _VOICES_FOLDER / f"{call}.json").read_text("utf-8")
            )
            for call in calls
        }
        roles = tell_apart(
            {call: [(t.speaker, t.text) for t in said.turns] for call, said in heard.items()}
        )
        problems = {}
        for call, said in heard.items():
            voice = roles[call].agent_label
            if voice is None:
                problems[call] = Problem(
                    call,
                    f"which of the two voices in its one channel is the agent's can't be told: "
                    f"{roles[call].why}",
                    "It is left out; record the two sides separately.",
                )
                continue
            role: dict[str, Speaker] = {
                turn.speaker: "agent" if turn.speaker == voice else "customer"
                for turn in said.turns
            }
            turns = tuple(
                turn.model_copy(update={"speaker": role[turn.speaker]}) for turn in said.turns
            )
            named = said.model_copy(update={"turns": turns})
            write_text(self._folder / f"{call}.json", named.model_dump_json(indent=1))
        return problems


def _problem(result: Recognised) -> Problem | None:
    """Why a call's words can't be used."""
    call, turns = result.conversation.call, result.conversation.turns
    words = [word.confidence for turn in turns for word in turn.words]
    if not words:
        return Problem(call, "no words were heard", "It is left out: silence, music or noise.")
    if result.voices_apart is not None and result.voices_apart < APART:
        return Problem(
            call,
            "it has one channel, and its two voices (if there are two) are too alike to tell apart",
            "It is left out; record the two sides separately.",
        )
    if len({turn.speaker for turn in turns}) < 2:
        return Problem(
            call, "only one side says anything", "It is left out: voicemail, or a lost side."
        )
    sure = sum(words) / len(words)
    if sure < _UNSURE:
        return Problem(
            call,
            f"the recogniser is unsure of what it heard (confidence {sure:.2f})",
            "It is left out: poor audio, or another language.",
        )
    return None
