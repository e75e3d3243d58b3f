from agent.cloning.transcribe.words import words_in
from tests.cloning.transcribe.tones import RATE_HZ, LoudIsSpeech, SpellsTones, leg


class CountsSound(SpellsTones):
    """Knows how much it was fed."""

    fed_s = 0.0

    def accept(self, pcm: bytes) -> None:
        self.fed_s += len(pcm) / 2 / RATE_HZ
        super().accept(pcm)


def test_words_have_the_times_of_the_leg_although_silence_is_not_heard() -> None:
    recognizer = CountsSound()
    sound = leg(60.0, (1.0, 2.0, 2001), (30.0, 30.5, 2002), (58.0, 60.0, 2003))
    found = words_in(sound, RATE_HZ, recognizer, LoudIsSpeech())
    assert [word.text for word in found] == ["w2001", "w2002", "w2003"]
    starts, ends = [word.start for word in found], [word.end for word in found]
    # The recogniser for tones tells times in bites of what it was fed.
    assert all(abs(a - b) <= 0.21 for a, b in zip(starts, (1.0, 30.0, 58.0), strict=True))
    assert all(abs(a - b) <= 0.21 for a, b in zip(ends, (2.0, 30.5, 60.0), strict=True))
    assert recognizer.fed_s < 5.0


def test_silence_is_not_heard_at_all() -> None:
    recognizer = CountsSound()
    assert words_in(leg(10.0), RATE_HZ, recognizer, LoudIsSpeech()) == ()
    assert words_in(leg(0.0), RATE_HZ, recognizer, LoudIsSpeech()) == ()
    assert recognizer.fed_s == 0.0
