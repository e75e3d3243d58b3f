"""The files of a test."""

import json
import stat
from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.evaluation.blindtest.errors import BlindTestError
from agent.evaluation.blindtest.kit import Protocol, read_key, read_kit
from agent.evaluation.blindtest.make import make
from agent.evaluation.blindtest.matching import Pair
from agent.evaluation.blindtest.voices import Voices, write_spoken
from agent.evaluation.blindtest.wording import Line
from tests.evaluation.blindtest.kits import arms, candidate, kit_at, order


def test_only_the_key_says_whose_a_call_is_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "test"
    kit, key = kit_at(folder, 6)
    assert stat.S_IMODE((folder / "key.json").stat().st_mode) == 0o600
    assert set(arms(key)) == {item.id for item in kit.items}
    pages = [path.read_text("utf-8") for path in folder.glob("*/session-*.html")]
    assert len(pages) == 4
    for text in (*pages, (folder / "kit.json").read_text("utf-8")):
        assert not any(word in text for word in ("human-", "agent-", "scenario ", "middle"))
    items = {item.id: item for item in kit.items}
    for pair in key.pairs:
        left, right = (items[call.item].lines for call in pair.calls)
        assert left == right  # the same words, and no trace of whose they are


def test_a_key_that_was_changed_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "test"
    kit, _ = kit_at(folder, 2)
    path = folder / "key.json"
    key = json.loads(path.read_text("utf-8"))
    key["seed"] += 1
    path.write_text(json.dumps(key), "utf-8")
    with pytest.raises(BlindTestError, match="not the key that was sealed"):
        read_key(folder, kit)
    path.unlink()
    with pytest.raises(BlindTestError, match=r"key\.json is missing: put it back"):
        read_key(folder, kit)


def test_what_was_laid_down_can_not_be_changed_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "test"
    kit_at(folder, 2)
    path = folder / "kit.json"
    text = path.read_text("utf-8")
    assert '"margin": 0.1,' in text
    path.write_text(text.replace('"margin": 0.1,', '"margin": 0.2,'), "utf-8")
    with pytest.raises(BlindTestError, match="was changed after it was made"):
        read_kit(folder)


def test_the_same_calls_and_seed_make_the_same_test(tmp_path: Path) -> None:
    for name in ("one", "two"):
        kit_at(tmp_path / name, 5)
    kit_at(tmp_path / "other", 5, seed=8)

    def files(name: str) -> list[bytes]:
        return [path.read_bytes() for path in sorted((tmp_path / name).rglob("*.*"))]

    assert files("one") == files("two")
    assert read_kit(tmp_path / "one").test != read_kit(tmp_path / "other").test


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "mine.txt").write_text("mine")
    with pytest.raises(BlindTestError, match="is there already: name another folder"):
        kit_at(tmp_path / "test", 2)


def test_who_is_interrupted_finds_nothing_left_behind(tmp_path: Path) -> None:
    pair = Pair(candidate("human", 1), candidate("agent", 1), "", 0.0)

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "test", [pair], order(), on_call=interrupted)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("raters", "told"),
    [(("ann",), "two raters"), (("ann", "ann"), "two raters"), (("ann", "../b"), "can't be a")],
)
def test_raters_are_two_with_names_that_can_be_folders(
    tmp_path: Path, raters: tuple[str, ...], told: str
) -> None:
    with pytest.raises(BlindTestError, match=told):
        kit_at(tmp_path / "test", 2, raters=raters)


def test_recordings_as_they_are_can_not_be_cut(tmp_path: Path) -> None:
    protocol = Protocol(medium="recordings", disclosure_cut=True)
    with pytest.raises(BlindTestError, match="leave --cut-disclosure out"):
        kit_at(tmp_path / "test", 2, protocol=protocol)


def test_recordings_go_untouched_into_the_folder_of_each_rater(tmp_path: Path) -> None:
    sounds = {}
    for arm in ("human", "agent"):
        sounds[arm] = tmp_path / f"{arm}.flac"
        soundfile.write(sounds[arm], np.full(800, len(arm) * 100, np.int16), 8000)
    pair = Pair(
        candidate("human", 1, recording=sounds["human"]),
        candidate("agent", 1, recording=sounds["agent"]), "", 0.0,
    )  # fmt: skip
    folder = tmp_path / "test"
    kit = make(folder, [pair], order(protocol=Protocol(medium="recordings")))
    whose = arms(read_key(folder, kit))
    for session in kit.sessions:
        item = kit.item(session.items[0])
        assert item.lines == ()  # words would say what a listener has to hear
        played = folder / session.rater / "audio" / item.audio
        assert played.read_bytes() == sounds[whose[item.id]].read_bytes()


class Hum:
    """A voice of one tone."""

    voice_id = "hum"
    sample_rate_hz = 16_000

    def synthesize(self, text: str):
        yield np.full(1600 * len(text.split()), 1000, np.int16)


def test_with_one_voice_the_customer_is_higher(tmp_path: Path) -> None:
    voices = Voices(Hum(), Hum())
    agent, customer = (
        len(voices.speak(Line(speaker=side, text="[name] is here")))
        for side in ("agent", "customer")
    )
    assert agent == 4800
    assert customer == pytest.approx(4800 / 1.15, abs=2)
    write_spoken([Line(speaker="agent", text="one two")], voices, tmp_path / "call.flac")
    samples, rate_hz = soundfile.read(tmp_path / "call.flac")
    assert (len(samples), rate_hz) == (3200 + 7200, 16_000)
