"""The playout: what is sent, what counts as heard, which events come when.

Clips hold rising numbers from 1000 on, so that each sent sample tells its position.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.media.clip import Clip, Heard
from agent.media.codecs import Pcm
from agent.media.comfort_noise import ComfortNoise
from agent.media.playout import Playout, PlayoutEvent

FRAME = 160
NOISE_PEAK = 16


def ramp(samples: int, first: int = 1000) -> Pcm:
    return np.arange(first, first + samples, dtype=np.int16)


class Line:
    """A playout with its events and everything that it sent."""

    def __init__(self) -> None:
        self.events: list[PlayoutEvent] = []
        self.playout = Playout(FRAME, ComfortNoise(FRAME, seed=1), self.events.append)

    def frames(self, count: int = 1) -> Pcm:
        return np.concatenate([self.playout.next_frame() for _ in range(count)])

    def said(self) -> list[str]:
        """Events since the last call, as `kind clip@position`."""
        texts = [f"{e.kind} {e.clip_id}@{e.position_samples}" for e in self.events]
        self.events.clear()
        return texts


@pytest.fixture
def line() -> Line:
    return Line()


def is_noise(pcm: Pcm) -> bool:
    return bool(np.abs(pcm.astype(int)).max() <= NOISE_PEAK and pcm.any())


def test_silence_is_comfort_noise_never_zero(line: Line) -> None:
    frames = line.frames(200).reshape(-1, FRAME)
    assert all(is_noise(frame) for frame in frames)
    assert (line.playout.state, line.playout.audible, line.said()) == ("idle", False, [])


def test_a_clip_is_sent_whole_with_its_events(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(2 * FRAME)))
    assert line.playout.state == "playing"
    assert line.said() == []
    first = line.frames()
    assert line.said() == ["started a@0", "first_audio a@0"]
    assert line.playout.position == FRAME
    assert line.playout.audible
    assert np.array_equal(np.concatenate([first, line.frames()]), ramp(2 * FRAME))
    assert line.said() == ["finished a@320", "drained a@320"]
    assert is_noise(line.frames())
    assert not line.playout.audible


def test_clips_follow_each_other_within_a_frame(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(100)))
    line.playout.queue(Clip("b", ramp(100, 2000)))
    sent = line.frames(2)
    assert np.array_equal(sent[:200], np.concatenate([ramp(100), ramp(100, 2000)]))
    assert is_noise(sent[200:])
    assert line.said() == [
        *("started a@0", "first_audio a@0", "finished a@100"),
        *("started b@0", "first_audio b@0"),
        *("finished b@100", "drained b@100"),
    ]


def test_pause_fades_for_40_ms_and_holds_the_position(line: Line) -> None:
    line.playout.queue(Clip("a", np.full(50 * FRAME, 8000, np.int16)))
    line.frames(5)
    line.said()
    line.playout.pause()
    assert (line.playout.state, line.playout.position) == ("paused", 5 * FRAME)
    first = line.frames()
    assert line.said() == []
    fade = np.concatenate([first, line.frames()]).astype(int)
    assert line.said() == [f"paused a@{5 * FRAME}"]
    assert fade[0] > 7900
    assert abs(fade[FRAME] - 4000) < 100
    assert abs(fade[-1]) <= NOISE_PEAK
    assert np.all(np.diff(fade) <= 1 + 2 * NOISE_PEAK)
    assert is_noise(line.frames(20))
    assert line.playout.position == 5 * FRAME


@pytest.mark.parametrize(
    ("played", "rewind", "resumed_at"), [(5, 2, 3), (5, 0, 5), (5, 1, 4), (1, 2, 0)]
)
def test_resume_repeats_and_never_skips(
    line: Line, played: int, rewind: int, resumed_at: int
) -> None:
    line.playout.queue(Clip("a", ramp(50 * FRAME)))
    line.frames(played)
    line.playout.pause()
    line.frames(10)
    line.said()
    line.playout.resume(rewind)
    faded_in = line.frames()
    assert line.said() == [f"resumed a@{resumed_at * FRAME}"]
    assert abs(int(faded_in[0])) <= NOISE_PEAK
    assert faded_in[-1] == ramp(50 * FRAME)[(resumed_at + 1) * FRAME - 1]
    rest = line.frames(50 - resumed_at - 1)
    assert np.array_equal(rest, ramp(50 * FRAME)[(resumed_at + 1) * FRAME :])
    assert line.said() == [f"finished a@{50 * FRAME}", f"drained a@{50 * FRAME}"]


def test_what_was_heard_before_a_rewind_stays_heard(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(50 * FRAME)))
    line.frames(5)
    line.playout.pause()
    line.frames(3)
    line.playout.resume()
    line.frames(1)
    assert line.playout.position == 4 * FRAME
    assert line.playout.stop() == [Heard("a", 5 * FRAME, 50 * FRAME)]


def test_resume_during_the_fade_waits_for_its_end(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(50 * FRAME)))
    line.frames(5)
    line.said()
    line.playout.pause()
    line.frames(1)
    line.playout.resume()
    line.frames(2)
    assert line.said() == [f"paused a@{5 * FRAME}", f"resumed a@{3 * FRAME}"]


def test_stop_reports_each_clip_and_fades(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(FRAME)))
    line.playout.queue(Clip("b", ramp(10 * FRAME)))
    line.playout.queue(Clip("c", ramp(FRAME)))
    line.frames(3)
    line.said()
    assert line.playout.stop() == [Heard("b", 2 * FRAME, 10 * FRAME), Heard("c", 0, FRAME)]
    assert line.playout.state == "idle"
    fade = line.frames(2)
    assert np.abs(fade[:FRAME]).max() > 500
    assert line.said() == [f"stopped b@{2 * FRAME}"]
    assert is_noise(line.frames(3))


def test_a_clip_queued_after_stop_begins_when_the_fade_has_ended(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(10 * FRAME)))
    line.frames(1)
    line.playout.stop()
    line.playout.queue(Clip("b", ramp(FRAME, 2000)))
    line.said()
    line.frames(2)
    assert np.array_equal(line.frames(), ramp(FRAME, 2000))
    assert [text.split("@")[0] for text in line.said()] == [
        *("stopped a", "started b", "first_audio b", "finished b", "drained b")
    ]


def test_stop_while_paused_needs_no_second_fade(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(10 * FRAME)))
    line.frames(4)
    line.playout.pause()
    line.frames(5)
    line.said()
    assert line.playout.stop() == [Heard("a", 4 * FRAME, 10 * FRAME)]
    assert is_noise(line.frames())
    assert line.said() == [f"stopped a@{4 * FRAME}"]


def test_nothing_to_stop_pause_or_resume(line: Line) -> None:
    line.playout.pause()
    line.playout.resume()
    assert line.playout.stop() == []
    line.frames(2)
    assert (line.playout.state, line.said()) == ("idle", [])


def test_paused_before_its_first_sample_is_not_heard(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(10 * FRAME)))
    line.playout.pause()
    assert is_noise(line.frames(3))
    assert line.playout.stop() == [Heard("a", 0, 10 * FRAME)]


def test_a_streamed_clip_starves_into_noise_and_finishes_with_its_last_part(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(100)), last=False)
    assert line.playout.remaining_samples is None
    starved = line.frames(2)
    assert np.array_equal(starved[:100], ramp(100))
    assert is_noise(starved[100:])
    assert line.said() == ["started a@0", "first_audio a@0"]
    assert (line.playout.state, line.playout.position) == ("playing", 100)

    assert line.playout.extend("a", ramp(FRAME + 1, 1100), last=True)
    assert line.playout.remaining_samples == FRAME + 1
    assert np.array_equal(line.frames(2)[: FRAME + 1], ramp(FRAME + 1, 1100))
    assert line.said() == ["finished a@261", "drained a@261"]
    assert not line.playout.extend("a", ramp(1), last=True)


def test_an_empty_last_part_finishes_a_clip(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(0)), last=False)
    line.frames(1)
    assert line.said() == ["started a@0"]
    line.playout.extend("a", ramp(FRAME), last=False)
    line.frames(1)
    line.playout.extend("a", ramp(0), last=True)
    line.frames(1)
    assert line.said() == ["first_audio a@0", "finished a@160", "drained a@160"]


def test_a_part_after_stop_is_refused(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(FRAME)), last=False)
    line.frames(1)
    line.playout.stop()
    assert not line.playout.extend("a", ramp(FRAME), last=False)


def test_full_scale_audio_does_not_overflow_in_a_fade(line: Line) -> None:
    line.playout.queue(Clip("a", np.full(20 * FRAME, 32767, np.int16)))
    line.frames(2)
    line.playout.pause()
    assert line.frames(3).min() >= -NOISE_PEAK
    line.playout.resume()
    assert line.frames(2).min() >= -NOISE_PEAK


def test_the_callback_may_queue_more() -> None:
    events: list[str] = []

    def on_event(event: PlayoutEvent) -> None:
        events.append(f"{event.kind} {event.clip_id}")
        if event.kind == "drained" and event.clip_id == "a":
            playout.queue(Clip("b", ramp(FRAME, 2000)))

    playout = Playout(FRAME, ComfortNoise(FRAME, seed=1), on_event)
    playout.queue(Clip("a", ramp(FRAME)))
    playout.next_frame()
    assert np.array_equal(playout.next_frame(), ramp(FRAME, 2000))


def test_frames_are_read_only_so_that_a_cached_line_is_safe(line: Line) -> None:
    pcm = ramp(2 * FRAME)
    line.playout.queue(Clip("a", pcm))
    frame = line.playout.next_frame()
    with pytest.raises(ValueError, match="read-only"):
        frame[0] = 0
    pcm[0] = 1000  # the owner's array is as it was


operations = st.lists(
    st.one_of(
        st.tuples(st.just("queue"), st.integers(0, 900)),
        st.tuples(st.just("frames"), st.integers(1, 8)),
        st.tuples(st.sampled_from(["pause", "resume", "stop"]), st.just(0)),
    ),
    max_size=30,
)


@given(operations)
def test_whatever_is_done_every_frame_is_whole_and_each_clip_accounted_for(
    steps: list[tuple[str, int]],
) -> None:
    line = Line()
    queued, heard = 0, []
    for name, amount in steps:
        if name == "queue":
            line.playout.queue(Clip(str(queued), ramp(amount)))
            queued += 1
        elif name == "frames":
            assert len(line.frames(amount)) == amount * FRAME
        elif name == "stop":
            heard += line.playout.stop()
        else:
            getattr(line.playout, name)()
    heard += line.playout.stop()
    line.frames(3)
    finished = [event.clip_id for event in line.events if event.kind == "finished"]
    assert sorted([each.clip_id for each in heard] + finished, key=int) == [
        str(number) for number in range(queued)
    ]
    assert all(0 <= each.played_samples <= each.total_samples for each in heard)


def test_ducking_lowers_the_voice_by_12_db_and_loses_nothing(line: Line) -> None:
    line.playout.queue(Clip("a", np.full(6 * FRAME, 8000, np.int16)))
    line.frames()
    line.playout.duck()
    assert line.frames()[[0, -1]].tolist() == [8000, 2000]
    assert set(line.frames().tolist()) == {2000}
    line.playout.resume()
    assert line.frames()[[0, -1]].tolist() == [2000, 8000]
    assert set(line.frames().tolist()) == {8000}
    assert line.playout.position == 5 * FRAME


def test_a_long_pause_can_go_back_to_the_start_of_the_line(line: Line) -> None:
    line.playout.queue(Clip("a", ramp(20 * FRAME)))
    line.frames(10)
    line.playout.pause()
    line.frames(5)
    line.playout.resume(rewind_frames=None)
    line.frames()
    assert line.playout.position == FRAME
