"""A clone project: the folder where a playbook grows out of recordings.

    clone.toml            what it is made from; written by `clone run` and `clone ingest`
    1-ingest ... 8-refine what each step found, to be looked at
    .made/                which input each output was made from

Raw words and names are in 1-ingest and 2-transcribe only; nothing personal is left from 3-redact
on.
"""

import tomllib
from pathlib import Path
from typing import Literal, TypeVar

import tomli_w
from pydantic import BaseModel, Field, ValidationError

from agent.cloning.errors import CloneError
from agent.cloning.files import load_yaml, write_text
from agent.section import Section

FOLDERS = {
    name: f"{number}-{name}"
    for number, name in enumerate(
        ("ingest", "transcribe", "redact", "grade", "domain", "mine", "compose", "refine"), 1
    )
}
_FILE = "clone.toml"
_Model = TypeVar("_Model", bound=BaseModel)


class SourceSettings(Section):
    """Where the calls come from."""

    recordings: Path | None = Field(None, description="a folder of sound files and transcripts")
    calls: str = Field("", description="a CSV file, or a database URL with `query`")
    query: str = Field("", description="SQL that gives a row a call; only for a database")
    customer_channel: Literal["left", "right"] = Field("left", description="of stereo recordings")
    columns: dict[str, str] = Field({}, description="our name -> the file's, where not recognised")
    won: tuple[str, ...] = Field((), description="outcomes that count as a success")
    lost: tuple[str, ...] = Field((), description="outcomes that count as a failure")


class CompanySettings(Section):
    """What the calls can't be relied on to tell."""

    name: str = Field("", description="the company's name; empty: as its agents say it")
    agent_name: str = Field("Joe", description="what the software agent calls itself")
    queue: str = Field("support", description="the PBX's queue of people, for handing calls over")
    language: str = Field("en", description="calls in another one are left out")
    locale: str = "en-GB"


class ProjectSettings(Section):
    """clone.toml"""

    source: SourceSettings = SourceSettings()
    company: CompanySettings = CompanySettings()


class Project:
    """The files of one clone project."""

    def __init__(self, root: Path, settings: ProjectSettings) -> None:
        self.root = root
        self.settings = settings

    @classmethod
    def open(cls, root: Path) -> "Project":
        """Raises CloneError for a folder that is no project or whose clone.toml has mistakes."""
        path = root / _FILE
        try:
            return cls(root, ProjectSettings.model_validate(tomllib.loads(path.read_text("utf-8"))))
        except FileNotFoundError:
            raise CloneError(
                f"{root} is no clone project (it has no {_FILE}): begin with "
                "`understudy clone run RECORDINGS --calls CALLS.csv`."
            ) from None
        except (tomllib.TOMLDecodeError, ValidationError, OSError) as error:
            detail = " ".join(str(error).split())
            raise CloneError(f"{path} can't be used: {detail}. Correct or delete it.") from None

    @classmethod
    def create(cls, root: Path, settings: ProjectSettings) -> "Project":
        """Write the project's clone.toml; what was made before stays and is checked by its keys."""
        root.mkdir(parents=True, exist_ok=True)
        dumped = settings.model_dump(mode="json", exclude_defaults=True)
        write_text(root / _FILE, tomli_w.dumps(dumped))
        return cls(root, settings)

    def folder(self, step: str) -> Path:
        """The folder of a step's files."""
        return self.root / FOLDERS[step]

    def read(self, step: str, name: str, model: type[_Model]) -> _Model:
        """One of a step's JSON or YAML files. Raises CloneError when missing or damaged."""
        path = self.folder(step) / name
        try:
            text = path.read_text("utf-8")
        except OSError:
            raise CloneError(f"{path} is missing: run `understudy clone {step}` first.") from None
        try:
            if path.suffix == ".json":
                return model.model_validate_json(text)
            return model.model_validate(load_yaml(text))
        except ValueError as error:
            detail = " ".join(str(error).split())[:300]
            raise CloneError(
                f"{path} can't be read ({detail}): undo the change made to it by hand, or make it "
                f"anew with `understudy clone {step} --again`."
            ) from None
