import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.cloning.transcribe.legs import RecordingError, TranscribedTurn, transcribe
from agent.evaluation.caller_voice import CallerVoice
from agent.speech.protocols import Pcm, Transcript, Word
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel
from agent.speech.webrtc_vad import WebRtcVad

RATE_HZ = 8000
FRAME = RATE_HZ // 50


class LoudIsSpeech:
    """A voice activity detector for tones."""

    def confidence(self, frame: Pcm) -> float:
        return float(np.abs(frame).max() > 1000)


class SpellsTones:
    """Hears a word in every stretch of one sample value: value 20 is "w20"."""

    def __init__(self) -> None:
        self._fed = 0
        self._words: list[Word] = []

    def accept(self, pcm: bytes) -> Transcript | None:
        value = int(np.abs(np.frombuffer(pcm, np.int16)).max())
        start_s, self._fed = self._fed / RATE_HZ, self._fed + len(pcm) // 2
        end_s = self._fed / RATE_HZ
        if value == 0:
            return None
        text = f"w{value}"
        if self._words and self._words[-1].text == text:
            self._words[-1] = Word(text, self._words[-1].start_s, end_s, 0.5)
        else:
            self._words.append(Word(text, start_s, end_s, 0.5))
        return self._heard()

    def finish(self) -> Transcript:
        heard = self._heard()
        self._words = []
        return heard

    def _heard(self) -> Transcript:
        return Transcript(" ".join(word.text for word in self._words), tuple(self._words))


class Spelling:
    def open(self, sample_rate_hz: int) -> SpellsTones:
        assert sample_rate_hz == RATE_HZ
        return SpellsTones()


def leg(seconds: float, *tones: tuple[float, float, int]) -> Pcm:
    """Silence with (from, to, value)."""
    pcm = np.zeros(int(seconds * RATE_HZ), np.int16)
    for start_s, end_s, value in tones:
        pcm[int(start_s * RATE_HZ) : int(end_s * RATE_HZ)] = value
    return pcm


def recorded(path: Path, *legs: Pcm, rate_hz: int = RATE_HZ) -> Path:
    soundfile.write(path, np.stack(legs, axis=1), rate_hz)
    return path


def spelt(path: Path) -> list[tuple[str, float, float, str]]:
    turns = transcribe(path, Spelling(), lambda _: LoudIsSpeech())
    return [(turn.speaker, turn.start, turn.end, turn.text) for turn in turns]


def test_turns_of_both_sides_are_in_order_of_time(tmp_path: Path) -> None:
    customer = leg(9.0, (1.0, 2.0, 2001), (6.0, 7.0, 2002))
    agent = leg(9.0, (3.0, 5.0, 3001), (6.5, 8.0, 3002))
    assert spelt(recorded(tmp_path / "call.wav", customer, agent)) == [
        ("customer", 1.0, 2.0, "w2001"),
        ("agent", 3.0, 5.0, "w3001"),
        ("customer", 6.0, 7.0, "w2002"),
        ("agent", 6.5, 8.0, "w3002"),
    ]


def test_a_turn_that_the_recording_cuts_off_is_kept(tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", leg(2.0, (1.0, 2.0, 2001)), leg(2.0))
    assert spelt(path) == [("customer", 1.0, 2.0, "w2001")]


def test_a_breath_does_not_split_a_turn(tmp_path: Path) -> None:
    customer = leg(4.0, (1.0, 1.6, 2001), (1.9, 2.5, 2002))
    path = recorded(tmp_path / "call.wav", customer, leg(4.0))
    assert spelt(path) == [("customer", 1.0, 2.5, "w2001 w2002")]


def test_words_too_faint_for_the_endpointing_are_not_lost(tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", leg(4.0, (1.0, 2.0, 20)), leg(4.0))
    assert spelt(path) == [("customer", 1.0, 2.0, "w20")]


def test_silence_has_no_turns(tmp_path: Path) -> None:
    assert spelt(recorded(tmp_path / "call.wav", leg(2.0), leg(2.0))) == []
    assert spelt(recorded(tmp_path / "empty.wav", leg(0.0), leg(0.0))) == []


def test_a_turn_is_json_with_its_words(tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", leg(2.0, (1.0, 2.0, 2001)), leg(2.0))
    (turn,) = transcribe(path, Spelling(), lambda _: LoudIsSpeech())
    assert json.loads(json.dumps(turn.as_dict())) == {
        "speaker": "customer",
        "start": 1.0,
        "end": 2.0,
        "text": "w2001",
        "confidence": 0.5,
        "words": [{"text": "w2001", "start_s": 1.0, "end_s": 2.0, "confidence": 0.5}],
    }


@pytest.mark.parametrize(
    ("legs", "rate_hz", "told"),
    [
        (1, 8000, r"has 1 channel\(s\): a stereo recording with the customer on the left"),
        (3, 8000, r"has 3 channel\(s\)"),
        (2, 44100, "has 44100 samples a second: 8000 or 16000 are needed"),
    ],
)
def test_a_recording_of_another_shape_is_one_line(
    tmp_path: Path, legs: int, rate_hz: int, told: str
) -> None:
    path = recorded(tmp_path / "call.wav", *[leg(0.1)] * legs, rate_hz=rate_hz)
    with pytest.raises(RecordingError, match=told):
        spelt(path)


@pytest.mark.parametrize("name", ["missing.wav", "text.wav", "."])
def test_what_is_no_recording_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.wav").write_text("hello")
    with pytest.raises(RecordingError) as caught:
        spelt(tmp_path / name)
    assert "give a WAV or FLAC file" in str(caught.value)
    assert "\n" not in str(caught.value)


SAID: Sequence[tuple[str, float, str]] = (
    ("agent", 0.5, "hello this is joe how can i help you"),
    ("customer", 4.0, "how much is it a month"),
    ("agent", 7.0, "it is thirty pounds a month"),
    ("customer", 10.0, "can i speak to a person please"),
)


@pytest.mark.models
@pytest.mark.skipif(shutil.which("flite") is None, reason="apt-get install flite")
@pytest.mark.parametrize("rate_hz", [8000, 16000])
async def test_who_said_what_and_when(tmp_path: Path, rate_hz: int) -> None:
    voices = {"customer": CallerVoice("slt"), "agent": CallerVoice("rms")}
    random = np.random.default_rng(1)
    legs = {speaker: random.integers(-16, 17, 14 * rate_hz, np.int16) for speaker in voices}
    ends_s = []
    for speaker, start_s, text in SAID:
        pcm = await voices[speaker].speak(text, rate_hz)
        start = int(start_s * rate_hz)
        legs[speaker][start : start + len(pcm)] += pcm
        ends_s.append(start_s + len(pcm) / rate_hz)
    path = recorded(tmp_path / "call.wav", *legs.values(), rate_hz=rate_hz)
    turns: list[TranscribedTurn] = transcribe(
        path, VoskModel(ModelStore(Path("/nowhere")).locate("asr")), WebRtcVad
    )
    assert [turn.speaker for turn in turns] == [speaker for speaker, *_ in SAID]
    for turn, (_, start_s, text), end_s in zip(turns, SAID, ends_s, strict=True):
        assert turn.start == pytest.approx(start_s, abs=0.3)
        assert turn.end == pytest.approx(end_s, abs=0.3)
        common = set(turn.text.split()) & set(text.split())
        assert len(common) >= len(set(text.split())) / 2, f"{turn.text!r} is not {text!r}"
