import pytest

from agent.evaluation.speech_meter import SpeechMeter

SPEECH_DBFS, NOISE_DBFS = -20.0, -66.0


def meter_after(frames: str) -> SpeechMeter:
    meter = SpeechMeter()
    for frame in frames:
        meter.update(SPEECH_DBFS if frame == "#" else NOISE_DBFS)
    return meter


@pytest.mark.parametrize(
    ("frames", "speaking", "silence_ms", "speaking_ms", "utterances"),
    [
        ("", False, 0, 0, 0),
        ("...", False, 60, 0, 0),
        ("..##", False, 0, 0, 0),  # a click so far
        ("..###", True, 0, 60, 1),
        ("###" + "." * 9, True, 180, 240, 1),  # a gap inside a word
        ("###" + "." * 10, False, 200, 0, 1),
        ("###" + "." * 5 + "###", True, 0, 220, 1),
        ("###" + "." * 10 + "###", True, 0, 60, 2),
    ],
)
def test_meter(
    frames: str, speaking: bool, silence_ms: int, speaking_ms: int, utterances: int
) -> None:
    meter = meter_after(frames)
    assert meter.speaking is speaking
    assert meter.silence_ms == silence_ms
    assert meter.speaking_ms == speaking_ms
    assert meter.utterances == utterances
