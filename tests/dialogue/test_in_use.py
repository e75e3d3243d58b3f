"""A playbook that is replaced while calls go on."""

from pathlib import Path

import pytest
import structlog

from agent.dialogue.conversation import CallerTurn, Conversation
from agent.dialogue.in_use import PlaybookInUse
from agent.dialogue.loader import PlaybookError, find_playbook
from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import Understander
from tests.dialogue.bag_of_words import BagOfWordsEncoder

ASK_PRICE = CallerTurn("how much is it")


def _understander(playbook: Playbook) -> Understander:
    return Understander(playbook, BagOfWordsEncoder())


class Book:
    """A playbook's file, and what was got ready of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = find_playbook("larkfield").read_text(encoding="utf-8")
        self.prepared: list[Playbook] = []
        self.write()
        self.in_use = PlaybookInUse(str(path), _understander, None, self._prepare)

    def write(self, good: str = "", bad: str = "") -> None:
        assert good in self.text
        self.path.write_text(self.text.replace(good, bad) if good else self.text, encoding="utf-8")

    async def _prepare(self, playbook: Playbook) -> None:
        self.prepared.append(playbook)


@pytest.fixture
async def book(tmp_path: Path) -> Book:
    book = Book(tmp_path / "book.yaml")
    await book.in_use.load()
    return book


def price(talk: Conversation) -> str:
    talk.open()
    return " ".join(line.text for line in talk.respond(ASK_PRICE).lines)


async def test_new_calls_get_the_new_version_and_live_ones_keep_theirs(book: Book) -> None:
    live, before = book.in_use.open(1), book.in_use.identity
    book.write("thirty-four pounds", "thirty-six pounds")
    await book.in_use.reload()
    assert "thirty-six pounds" in price(book.in_use.open(1))
    assert "thirty-four pounds" in price(live)
    assert book.in_use.identity[2] != before[2]
    assert len(book.prepared) == 2, "the new lines are spoken before a call needs them"


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("playbook:\n", "playbook: [\n", "not valid YAML"),
        ("push_level: 2", "pushlevel: 2", "pushlevel"),
        ("again: [open.again]", "again: [open.agian]", "there is no line 'open.agian'"),
    ],
)
async def test_a_bad_version_is_told_with_its_place_and_not_used(
    book: Book, good: str, bad: str, told: str
) -> None:
    before = book.in_use.identity
    book.write(good, bad)
    with structlog.testing.capture_logs() as logs:
        await book.in_use.reload()
    assert book.in_use.identity == before
    assert logs[0]["event"] == "playbook not reloaded"
    assert told in logs[0]["reason"]
    assert f"{book.path}:" in logs[0]["reason"]


async def test_at_the_start_a_bad_playbook_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("playbook: [", encoding="utf-8")

    async def prepare(playbook: Playbook) -> None: ...

    in_use = PlaybookInUse(str(tmp_path / "x.yaml"), _understander, None, prepare)
    with pytest.raises(PlaybookError, match="not valid YAML"):
        await in_use.load()
