"""The adapter's own work, on an engine that answers from a script."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from agent.speech.errors import RecognitionFailed
from agent.speech.protocols import Transcript
from agent.speech.vosk import VoskRecognizer


def result(*words: str, start_s: float = 0.0) -> str:
    """As Vosk writes it: without words there is no "result" key."""
    items = [
        {"word": word, "start": start_s + i, "end": start_s + i + 0.5, "conf": 0.5 + i / 2}
        for i, word in enumerate(words)
    ]
    return json.dumps({"text": " ".join(words)} | ({"result": items} if items else {}))


class ScriptedEngine:
    """Each step is a partial text, or ("closes", words)."""

    def __init__(self, *steps: str | tuple[str, ...], final: str = "") -> None:
        self._steps = list(steps)
        self._final = final
        self._now: str | tuple[str, ...] = ""

    def SetWords(self, on: bool) -> None:  # noqa: N802 - Vosk's names
        assert on

    def AcceptWaveform(self, pcm: bytes) -> int:  # noqa: N802
        self._now = self._steps.pop(0)
        if self._now == "fails":
            raise Exception("Failed to process waveform")
        return int(isinstance(self._now, tuple))

    def PartialResult(self) -> str:  # noqa: N802
        return json.dumps({"partial": self._now})

    def Result(self) -> str:  # noqa: N802
        return result(*self._now)

    def FinalResult(self) -> str:  # noqa: N802
        return result(*self._final.split(), start_s=20)


def opened(*engines: ScriptedEngine) -> VoskRecognizer:
    """A recogniser that makes these engines, one after the other."""
    return VoskRecognizer(iter(engines).__next__)


def heard(recognizer: VoskRecognizer, times: int) -> list[str | None]:
    partials = [recognizer.accept(b"\0\0") for _ in range(times)]
    return [partial.text if partial else None for partial in partials]


CASES: dict[str, tuple[list[Any], list[str | None]]] = {
    "silence": (["", ""], [None, None]),
    "growing text": (["a", "a", "a b"], ["a", None, "a b"]),
    "text taken back": (["huh", ""], ["huh", ""]),
    "a closed segment is kept": (["a", ("a",), "", "b"], ["a", None, None, "a b"]),
    "a closed segment says it better": (["a", ("an", "ant")], ["a", "an ant"]),
    "an empty segment": (["a", (), "b"], ["a", "", "b"]),
}


@pytest.mark.parametrize(("steps", "texts"), CASES.values(), ids=CASES.keys())
def test_partials(steps: list[Any], texts: list[str | None]) -> None:
    assert heard(opened(ScriptedEngine(*steps)), len(steps)) == texts


def test_the_final_joins_segments_and_the_next_turn_starts_empty() -> None:
    recognizer = opened(ScriptedEngine(("i", "want"), "to", "oh", final="to pay"))
    heard(recognizer, 2)
    final = recognizer.finish()
    assert final.text == "i want to pay"
    assert [word.start_s for word in final.words] == [0, 1, 20, 21]
    assert final.confidence == pytest.approx(0.75)
    assert heard(recognizer, 1) == ["oh"]


def test_nothing_said_is_an_empty_transcript_with_no_confidence() -> None:
    final = opened(ScriptedEngine()).finish()
    assert final == Transcript("", ())
    assert final.confidence == 0.0


def test_no_audio_is_not_given_to_the_engine() -> None:
    assert opened(ScriptedEngine()).accept(b"") is None


def test_a_refusing_engine_is_one_clear_error() -> None:
    with pytest.raises(RecognitionFailed, match="refused 2 bytes"):
        opened(ScriptedEngine("fails")).accept(b"\0\0")


def test_a_clip_is_heard_by_an_engine_of_its_own() -> None:
    recognizer = opened(
        ScriptedEngine("a", "a b", final="a b"), ScriptedEngine("stop", final="stop")
    )
    recognizer.accept(b"\0\0")
    assert recognizer.hear(b"\0\0").text == "stop"
    partial = recognizer.accept(b"\0\0")
    assert partial is not None
    assert partial.text == "a b"


def test_a_vocabulary_gets_an_engine_that_hears_nothing_else() -> None:
    asked: list[Sequence[str]] = []

    def bounded(words: Sequence[str]) -> ScriptedEngine:
        asked.append(words)
        return ScriptedEngine("lima kilo", final="lima kilo")

    engines = iter([ScriptedEngine(), ScriptedEngine("like a", final="like a")])
    recognizer = VoskRecognizer(engines.__next__, bounded)
    assert recognizer.hear(b"\0\0", ("lima", "kilo")).text == "lima kilo"
    assert recognizer.hear(b"\0\0").text == "like a"
    assert asked == [("lima", "kilo")]
