"""The jitter buffer: packets in as the network brings them, one frame out every 20 ms.

The playout clock drives it. Each `pop` is one tick of that clock and yields the frame that is due
or None, which the caller conceals; a packet that never comes costs one None, not a stall.

    packets   0 1 2     3 4 x 6 7          (x lost; a pause of the network before 3)
    pops      - - 0 1 2 - 3 4 - 6 7        (- is None)
              `-' wait for the target delay
                        |     `- gap: the next frame is there, this one isn't; go on
                        `- underrun: nothing is there; hold, so that nothing late is thrown away

Each underrun that was only delay adds its length to the delay. The delay returns to the target by
dropping single frames, quicker the larger the excess; and at every new talk-spurt.
"""

from math import ceil

from agent.media.codecs import FRAME_MS, RTP_CLOCK_HZ, TIMESTAMP_STEP
from agent.media.rtp import RtpPacket
from agent.media.sequence import Order, SequenceWindow

CAPACITY_FRAMES = 25
_MIN_TARGET_MS = 40
_MAX_TARGET_MS = 80
# An underrun this long is a pause of the sender: what follows is a talk-spurt of its own.
_TALK_SPURT_GAP_FRAMES = 5
_SHRINK_AFTER_POPS = 25
_SHRINK_AT_MOST_EVERY_POPS = 5
_SOURCE_JUMP_MS = 1000.0


class InterarrivalJitter:
    """The mean deviation of packet spacing, in ms (RFC 3550, 6.4.1)."""

    def __init__(self) -> None:
        self.mean_ms = 0.0
        self._last_s: float | None = None
        self._last_timestamp = 0

    def observe(self, timestamp: int, now: float) -> None:
        if self._last_s is not None:
            sent_ms = _signed32(timestamp - self._last_timestamp) * 1000 / RTP_CLOCK_HZ
            deviation_ms = abs((now - self._last_s) * 1000 - sent_ms)
            if deviation_ms < _SOURCE_JUMP_MS:
                self.mean_ms += (deviation_ms - self.mean_ms) / 16
        self._last_s = now
        self._last_timestamp = timestamp


class JitterBuffer:
    """One direction of one call. Frames are encoded payloads of 20 ms (160 bytes).

    Holds at most `CAPACITY_FRAMES`, whatever arrives. `late` counts frames that came after their
    turn, `concealed` the ticks of a talk-spurt without a frame, `discarded` the frames dropped to
    bring the delay down.
    """

    def __init__(self) -> None:
        self.sequences = SequenceWindow()
        self.jitter = InterarrivalJitter()
        self.late = 0
        self.concealed = 0
        self.discarded = 0
        self._frames: dict[int, bytes] = {}
        # Slots number the frames of the whole call; they never step back.
        self._next_slot = 0
        self._newest_slot = -1
        self._newest_timestamp = 0
        self._hold_ticks = 0
        self._underrun_ticks = 0
        self._least_depth = CAPACITY_FRAMES
        self._pops_since_change = 0

    @property
    def target_frames(self) -> int:
        """The delay to aim at: 40 to 80 ms, three times the mean jitter above one frame."""
        wanted_ms = FRAME_MS + 3 * self.jitter.mean_ms
        return ceil(min(max(wanted_ms, _MIN_TARGET_MS), _MAX_TARGET_MS) / FRAME_MS)

    @property
    def depth_frames(self) -> int:
        """From the frame that is due to the newest one, missing frames between included."""
        return self._newest_slot - self._next_slot + 1

    def push(self, packet: RtpPacket, now: float) -> bool:
        """Take an audio packet that arrived at `now` (monotonic seconds).

        Returns:
            False for a duplicate, which is dropped; True otherwise, also when it is too late.

        Raises:
            ValueError: the payload isn't a whole number of frames.
        """
        frames, rest = divmod(len(packet.payload), TIMESTAMP_STEP)
        if rest or not frames:
            raise ValueError(
                f"audio payload of {len(packet.payload)} bytes: frames have {TIMESTAMP_STEP}"
            )
        order = self.sequences.observe(packet.ssrc, packet.sequence)
        if order is Order.DUPLICATE:
            return False
        self.jitter.observe(packet.timestamp, now)
        if order is Order.REORDERED:
            self._insert(packet, frames, self._slot_behind(packet.timestamp))
            return True
        slot = self._slot_ahead(packet.timestamp, restart=order is Order.RESTART)
        self._newest_slot = slot + frames - 1
        self._newest_timestamp = packet.timestamp + (frames - 1) * TIMESTAMP_STEP
        self._insert(packet, frames, slot)
        if self.depth_frames > CAPACITY_FRAMES:
            self._drop_oldest(self.depth_frames - self.target_frames)
        return True

    def pop(self) -> bytes | None:
        """One tick of the playout clock: the frame that is due, or None to be concealed."""
        if self._hold_ticks:
            self._hold_ticks -= 1
            return None
        if not self._frames:
            self._underrun_ticks += 1
            if self._newest_slot >= 0 and self._underrun_ticks <= _TALK_SPURT_GAP_FRAMES:
                self.concealed += 1
            return None
        self._shrink()
        frame = self._frames.pop(self._next_slot, None)
        self._next_slot += 1
        if frame is None:
            self.concealed += 1
        return frame

    def _slot_ahead(self, timestamp: int, *, restart: bool) -> int:
        """The slot of a packet that is newer than all before."""
        steps = max(1, round(_signed32(timestamp - self._newest_timestamp) / TIMESTAMP_STEP))
        if restart or steps > CAPACITY_FRAMES:
            steps = 1  # another clock, or a jump of the sender's
        slot = self._newest_slot + steps
        if self._frames:
            return slot
        if self._newest_slot < 0 or self._underrun_ticks >= _TALK_SPURT_GAP_FRAMES:
            slot = self._next_slot
            self._hold_ticks = self.target_frames
            self._forget_depth()
        else:
            # The ticks held meanwhile have concealed what is missing before this packet.
            self._next_slot = min(self._next_slot + self._underrun_ticks, slot)
        self._underrun_ticks = 0
        return slot

    def _slot_behind(self, timestamp: int) -> int:
        """The slot of a packet that newer ones have overtaken."""
        steps = round(_signed32(self._newest_timestamp - timestamp) / TIMESTAMP_STEP)
        return self._newest_slot - max(1, steps)

    def _insert(self, packet: RtpPacket, frames: int, slot: int) -> None:
        for index in range(frames):
            place = slot + index
            # Beyond the newest: one of several frames in a packet that came late. They would be
            # in the way of what comes next.
            if not self._next_slot <= place <= self._newest_slot or place in self._frames:
                self.late += 1
            elif frames == 1:
                self._frames[slot] = packet.payload
            else:
                start = index * TIMESTAMP_STEP
                self._frames[place] = packet.payload[start : start + TIMESTAMP_STEP]

    def _shrink(self) -> None:
        """Drop the frame that is due once the delay has been too long for long enough."""
        self._least_depth = min(self._least_depth, self.depth_frames)
        self._pops_since_change += 1
        excess = self._least_depth - self.target_frames - 1
        if excess > 0:
            wait_pops = max(_SHRINK_AT_MOST_EVERY_POPS, _SHRINK_AFTER_POPS // excess)
            if self._pops_since_change >= wait_pops:
                self._drop_oldest(1)
        elif self._pops_since_change >= _SHRINK_AFTER_POPS:
            self._forget_depth()

    def _drop_oldest(self, count: int) -> None:
        for _ in range(count):
            if self._frames.pop(self._next_slot, None) is not None:
                self.discarded += 1
            self._next_slot += 1
        self._forget_depth()

    def _forget_depth(self) -> None:
        self._least_depth = CAPACITY_FRAMES
        self._pops_since_change = 0


def _signed32(difference: int) -> int:
    """A difference of 32-bit timestamps, across a wrap."""
    return ((difference + 0x80000000) & 0xFFFFFFFF) - 0x80000000
