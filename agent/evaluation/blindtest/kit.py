"""The files of a blind test.

kit.json             what is asked, the calls as raters meet them, who rates what
key.json             which call is whose; mode 0600, and its digest is in kit.json
RATER/session-N.html the pages; audio/ beside them where there is sound
answers/             what raters send back
ratings.json         all of it together, by `collect`
"""

import hashlib
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from agent.cloning.files import write_bytes, write_text
from agent.cloning.recorded import Kept
from agent.evaluation.blindtest.candidate import Arm, Tier
from agent.evaluation.blindtest.errors import BlindTestError
from agent.evaluation.blindtest.ratings import Ratings
from agent.evaluation.blindtest.schedule import Session, Side
from agent.evaluation.blindtest.wording import Line
from agent.evaluation.rubric.criteria import Criterion, Group

Medium = Literal["text", "revoiced", "recordings"]
ADJUDICATOR = "adjudicator"
ANSWERS, RATINGS = "answers", "ratings.json"
_KIT, _KEY = "kit.json", "key.json"
_Model = TypeVar("_Model", bound=BaseModel)


class Protocol(Kept):
    """What is decided before anybody rates; the report goes by it and by nothing else."""

    medium: Medium = "text"
    disclosure_cut: bool = False
    primary: Group = "objections"
    not_worse: tuple[Group, ...] = ("introduction", "closing")
    margin: float = Field(0.10, gt=0, lt=1, description="of the scale from 0 to 1")
    alpha: float = Field(0.05, gt=0, lt=0.5)
    least_agreement: float = Field(
        0.4, description="weighted kappa below which no conclusion is drawn (Landis and Koch, 1977)"
    )


class Item(Kept):
    """A call as raters meet it. `audio` is a file's name in audio/; "" where there is none."""

    id: str
    lines: tuple[Line, ...] = ()
    audio: str = ""


class Kit(Kept):
    """kit.json: nothing in it tells whose a call is, or which calls are a pair."""

    test: str
    protocol: Protocol
    criteria: tuple[Criterion, ...]
    raters: tuple[str, ...]
    items: tuple[Item, ...]
    sessions: tuple[Session, ...]
    key_sha256: str

    def item(self, name: str) -> Item:
        """Raises KeyError for an unknown one."""
        return {item.id: item for item in self.items}[name]


class KeyCall(Kept):
    """Whose a call is."""

    item: str
    side: Side
    arm: Arm
    call: str
    tier: Tier = ""


class KeyPair(Kept):
    """Two calls of one scenario."""

    number: int
    scenario: str
    distance: float
    calls: tuple[KeyCall, KeyCall]


class Key(Kept):
    """key.json"""

    seed: int
    pairs: tuple[KeyPair, ...]


def sealed(key: Key) -> tuple[bytes, str]:
    """The key as it is written, and its SHA-256."""
    text = (key.model_dump_json(indent=1) + "\n").encode()
    return text, hashlib.sha256(text).hexdigest()


def test_name(key_sha256: str, protocol: Protocol) -> str:
    """A test's name, which every answer bears: another one after a change of key or protocol."""
    return hashlib.sha256(f"{key_sha256} {protocol.model_dump_json()}".encode()).hexdigest()[:8]


def write_kit(folder: Path, kit: Kit, key: Key) -> None:
    """kit.json and key.json; nobody but the owner can read the key."""
    path = folder / _KEY
    write_bytes(path, sealed(key)[0], mode=0o600)
    write_text(folder / _KIT, kit.model_dump_json(indent=1) + "\n")


def read_kit(folder: Path) -> Kit:
    """Raises BlindTestError, too, where its protocol is not the one that it was made with."""
    path = folder / _KIT
    kit = _read(path, Kit, "make it with `understudy blindtest make`")
    if kit.test != test_name(kit.key_sha256, kit.protocol):
        raise BlindTestError(f"{path} was changed after it was made: put the original back.")
    return kit


def read_key(folder: Path, kit: Kit) -> Key:
    """Raises BlindTestError for one that is missing, or is not the one that was sealed."""
    path = folder / _KEY
    key = _read(path, Key, "put it back from where it was kept")
    if hashlib.sha256(path.read_bytes()).hexdigest() != kit.key_sha256:
        raise BlindTestError(
            f"{path} is not the key that was sealed with this kit: put the original back."
        )
    return key


def read_ratings(folder: Path, kit: Kit) -> Ratings:
    """What `collect` has put together. Raises BlindTestError for that of another test."""
    path, remedy = folder / RATINGS, f"run `understudy blindtest collect {folder}`"
    ratings = _read(path, Ratings, remedy)
    if ratings.test != kit.test:
        raise BlindTestError(f"{path} is of another test: {remedy}.")
    return ratings


def _read(path: Path, model: type[_Model], remedy: str) -> _Model:
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise BlindTestError(f"{path} is missing: {remedy}.") from None
    except (OSError, ValidationError) as error:
        detail = " ".join(str(error).split())[:200]
        raise BlindTestError(f"{path} can't be read ({detail}): {remedy}.") from None
