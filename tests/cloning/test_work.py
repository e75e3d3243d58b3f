from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.made import Made, digest
from agent.cloning.pipeline import Bar, Problem, Progress, Report
from agent.cloning.project import Project, ProjectSettings, SourceSettings
from agent.cloning.work import State, run, select, standings
from agent.config import Settings


class Quiet:
    """Progress and bar that nobody watches."""

    @contextmanager
    def work(self, what: str, total: float) -> Iterator[Bar]:
        yield self

    def advance(self, amount: float = 1.0) -> None: ...

    def tell(self, text: str) -> None: ...


@dataclass
class Doubles:
    """Writes what the step before it wrote, twice; each item by itself."""

    name: str
    needs: tuple[str, ...] = ()
    items: dict[str, str] = field(default_factory=dict)
    version: str = "1"
    made: list[str] = field(default_factory=list)
    breaks_at: str = ""

    def source_key(self, project: Project) -> str:
        return digest(*self.items, *self.items.values())

    def run(self, project: Project, engines: Engines, made: Made, progress: Progress) -> Report:
        items = self.items or {
            path.stem: path.read_text()
            for need in self.needs
            for path in project.folder(need).glob("*.txt")
        }
        for item, text in sorted(items.items()):
            if (item, digest(text)) in made:
                continue
            if item == self.breaks_at:
                raise KeyboardInterrupt
            write_text(project.folder(self.name) / f"{item}.txt", text * 2)
            made.note(item, digest(text))
            self.made.append(item)
        return Report(f"{len(items)} items", (Problem("b.wav", "it is empty", "Record it again."),))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "clone", ProjectSettings())


@pytest.fixture
def first() -> Doubles:
    return Doubles("ingest", items={"a": "x", "b": "y"})


@pytest.fixture
def second() -> Doubles:
    return Doubles("transcribe", needs=("ingest",))


def go(project: Project, *steps: Doubles, again: bool = False) -> list[str]:
    """The names of the steps that did something."""
    ran = run(project, steps, Engines(Settings()), Quiet(), again=again)
    return [one.step.name for one in ran if one.report is not None]


def test_a_second_run_does_nothing(project: Project, first: Doubles, second: Doubles) -> None:
    assert go(project, first, second) == ["ingest", "transcribe"]
    assert (project.folder("transcribe") / "a.txt").read_text() == "xxxx"
    assert go(project, first, second) == []


def test_only_what_changed_is_made_again(project: Project, first: Doubles, second: Doubles) -> None:
    go(project, first, second)
    first.items["b"] = "z"
    first.made.clear()
    second.made.clear()
    assert go(project, first, second) == ["ingest", "transcribe"]
    assert (first.made, second.made) == (["b"], ["b"])


def test_a_file_that_a_person_changed_counts_as_new_input(
    project: Project, first: Doubles, second: Doubles
) -> None:
    go(project, first, second)
    write_text(project.folder("ingest") / "a.txt", "by hand")
    assert go(project, first, second) == ["transcribe"]
    assert (project.folder("transcribe") / "a.txt").read_text() == "by hand" * 2


def test_another_version_of_a_step_runs_again(project: Project, first: Doubles) -> None:
    go(project, first)
    first.version = "2"
    assert go(project, first) == ["ingest"]


def test_what_was_done_before_an_interruption_is_not_done_again(
    project: Project, first: Doubles
) -> None:
    first.breaks_at = "b"
    with pytest.raises(KeyboardInterrupt):
        go(project, first)
    first.breaks_at = ""
    assert go(project, first) == ["ingest"]
    assert first.made == ["a", "b"]


def test_a_line_that_a_crash_cut_off_costs_its_item_alone(project: Project, first: Doubles) -> None:
    go(project, first)
    path = project.root / ".made" / "ingest.jsonl"
    a, b, _whole = path.read_text().splitlines()
    path.write_text(f"{a}\n{b[:9]}")
    first.made.clear()
    go(project, first)
    assert first.made == ["b"]


def test_a_fault_of_ours_is_told_in_a_line_and_kept_in_a_file(
    project: Project, first: Doubles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> Report:
        raise KeyError("callback_time")

    monkeypatch.setattr(first, "run", broken)
    with pytest.raises(CloneError, match=r"'ingest' has failed .*KeyError") as told:
        go(project, first)
    assert "\n" not in str(told.value)
    assert "callback_time" in (project.root / ".made" / "ingest.error.txt").read_text()


def test_again_makes_everything(project: Project, first: Doubles) -> None:
    go(project, first)
    go(project, first, again=True)
    assert first.made == ["a", "b", "a", "b"]


def test_standings_tell_what_is_done_and_what_has_new_input(
    project: Project, first: Doubles, second: Doubles
) -> None:
    third = Doubles("redact", needs=("transcribe",))
    go(project, first, second)
    write_text(project.folder("ingest") / "c.txt", "new")
    found = {one.step: one for one in standings(project, (first, second, third))}
    assert [one.state for one in found.values()] == [State.DONE, State.CHANGED, State.NEVER]
    told = found["ingest"].report
    assert told is not None
    assert told.summary == "2 items"
    assert str(told.problems[0]) == "b.wav: it is empty. Record it again."


def test_two_at_once_is_refused(project: Project, first: Doubles) -> None:
    running = run(project, (first, first), Engines(Settings()), Quiet())
    next(running)
    with pytest.raises(CloneError, match="another `understudy clone`"):
        go(project, first)
    running.close()
    assert go(project, first) == []


def test_steps_are_chosen_by_name(first: Doubles, second: Doubles) -> None:
    steps = (first, second)
    assert select(steps, only="transcribe") == (second,)
    assert select(steps, until="ingest") == (first,)
    assert select(steps) == steps
    with pytest.raises(CloneError, match="ingest, transcribe"):
        select(steps, only="transkribe")


def test_a_project_is_read_as_it_was_written(tmp_path: Path) -> None:
    source = SourceSettings(recordings=tmp_path / "calls", won=("sale",), columns={"agent": "Rep"})
    Project.create(tmp_path / "clone", ProjectSettings(source=source))
    assert Project.open(tmp_path / "clone").settings.source == source


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is no clone project"),
        ("[source\n", "clone.toml can't be used"),
        ('[source]\nrecordngs = "x"\n', "recordngs"),
    ],
)
def test_a_folder_that_is_no_project_is_named(
    tmp_path: Path, content: str | None, said: str
) -> None:
    if content is not None:
        write_text(tmp_path / "clone.toml", content)
    with pytest.raises(CloneError, match=said):
        Project.open(tmp_path)


def test_a_file_damaged_by_hand_is_named(project: Project) -> None:
    write_text(project.folder("ingest") / "settings.yaml", "source: [1")
    with pytest.raises(CloneError, match=r"settings.yaml can't be read .*line 2"):
        project.read("ingest", "settings.yaml", ProjectSettings)
    with pytest.raises(CloneError, match="`understudy clone redact` first"):
        project.read("redact", "x.json", ProjectSettings)
