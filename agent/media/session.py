"""One call's media: socket, jitter buffer, playout and recording, joined at each 20 ms tick.

datagram -> source, RTP -> decoded -> on_arrival            (at once)
                        -> jitter buffer
tick     -> playout -> encoded -> sent -> on_playout, on_sent
         -> jitter buffer -> decoded or concealed -> on_frame
         -> both sides -> recorder
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Self

import structlog

from agent.media.clock import MediaClock
from agent.media.codecs import FRAME_MS, FRAME_S, Codec, Pcm, open_codec
from agent.media.comfort_noise import ComfortNoise
from agent.media.concealment import Concealer
from agent.media.endpoint import Address, Endpoint, Network
from agent.media.jitter import JitterBuffer
from agent.media.listener import MediaListener
from agent.media.pacing import LatenessMeter
from agent.media.playout import Playout, PlayoutEvent
from agent.media.recording import StereoRecorder
from agent.media.rtp import RtpPacket
from agent.media.sender import RtpSender
from agent.media.stats import MediaStats
from agent.media.tap import Tap

__all__ = ["Address", "MediaListener", "MediaSession", "MediaStats"]

LOST_AFTER_S = 5.0
# The same noise in every call, so that a simulated one comes out the same again.
_NOISE_SEED = 1


class MediaSession:
    """Both directions of one call. Made by `open`; runs from `connect` to `close`."""

    def __init__(
        self,
        codec_name: str,
        listener: MediaListener,
        clock: MediaClock,
        recorder: StereoRecorder | None,
        lost_after_s: float,
    ) -> None:
        # Two decoders: a stateful codec needs its frames in order, and the two paths differ in it.
        self._codec: Codec = open_codec(codec_name)
        self._arrival_codec: Codec = open_codec(codec_name)
        self._listener = listener
        self._clock = clock
        self._recorder = recorder
        self._lost_after_s = lost_after_s
        self._noise = ComfortNoise(self._codec.samples_per_frame, _NOISE_SEED)
        self.playout = Playout(self._codec.samples_per_frame, self._noise, self._collect_event)
        self.pacing = LatenessMeter()
        self.tap = Tap(self._codec.sample_rate_hz)
        self.last_packet_s: float | None = None
        self._playout_events: list[PlayoutEvent] = []
        self._jitter = JitterBuffer()
        self._concealer = Concealer(self._noise)
        self._sender = RtpSender(self._codec.payload_type)
        self._endpoint: Endpoint | None = None
        self._remote: Address | None = None
        self._first_deadline_s: float | None = None
        self._last_deadline_s = 0.0
        self._ticks = 0
        self._silent_since_s = 0.0
        self._media_lost = False
        self._closed = False
        self._received = self._malformed = self._wrong_source = 0
        self._wrong_payload_type = self._before_connect = self._skipped_ticks = 0

    @classmethod
    async def open(
        cls,
        codec_name: str,
        listener: MediaListener,
        *,
        network: Network,
        clock: MediaClock,
        open_recorder: Callable[[int], StereoRecorder] | None,
        lost_after_s: float = LOST_AFTER_S,
    ) -> Self:
        """Take an endpoint and get ready; nothing is sent or accepted before `connect`.

        `open_recorder` is given the sample rate in Hz.

        Raises:
            UnknownCodec: no such codec.
            NoFreePort: no port of the range can be had.
        """
        sample_rate_hz = open_codec(codec_name).sample_rate_hz
        session = cls(codec_name, listener, clock, None, lost_after_s)
        session._endpoint = await network.open(session._on_datagram)
        if open_recorder is not None:
            session._recorder = open_recorder(sample_rate_hz)
        return session

    @property
    def local_address(self) -> Address:
        """Host and port that Asterisk is to send to."""
        return self._endpoint.address if self._endpoint is not None else ("", 0)

    @property
    def sample_rate_hz(self) -> int:
        return self._codec.sample_rate_hz

    @property
    def closed(self) -> bool:
        """Whether it has been closed, by its owner or after an error of its own."""
        return self._closed

    @property
    def lost(self) -> bool:
        """Whether nothing has come for `lost_after_s`."""
        return self._media_lost

    @property
    def silent_s(self) -> float:
        """Seconds since the last packet, or since `connect`; 0 before it."""
        connected = self._remote is not None
        return self._clock.now() - self._silent_since_s if connected else 0.0

    @property
    def audio_time_s(self) -> float:
        """Audio of each side so far; 0 before the first tick."""
        return self._ticks * FRAME_S

    @property
    def now_s(self) -> float:
        """The audio time of this moment."""
        return self.audio_time_at(self._clock.now())

    def audio_time_at(self, monotonic_s: float) -> float:
        """The audio time of a recent moment, say of a packet's arrival; 0 before the first tick."""
        if self._first_deadline_s is None:
            return 0.0
        return max(0.0, self.audio_time_s + monotonic_s - self._last_deadline_s)

    def connect(self, remote: Address) -> None:
        """Send there from now on and accept packets only from there. Again moves to another."""
        self._remote = remote
        self._silent_since_s = self._clock.now()
        if self._first_deadline_s is None:
            self._clock.register(self, self._fail)

    def mute_recording(self, since_s: float) -> None:
        """Record silence for the caller from this audio time on, which may have passed.

        Who listens live hears silence from now on.
        """
        self.tap.mute_caller()
        if self._recorder is not None:
            self._recorder.mute_caller(since_s)

    def unmute_recording(self) -> None:
        """Record the caller again."""
        self.tap.unmute_caller()
        if self._recorder is not None:
            self._recorder.unmute_caller()

    def discard_recording(self) -> None:
        """Record nothing more of this call, and delete what there is; who listens hears nothing."""
        self.tap.silence()
        if self._recorder is not None:
            self._recorder.discard()

    async def close(self) -> None:
        """Stop, free the port and complete the recording. Does nothing more the second time."""
        self._stop()
        if self._endpoint is not None:
            await self._endpoint.wait_closed()
        if self._recorder is not None:
            await self._recorder.aclose()

    def tick(self, deadline_s: float, send: bool) -> None:
        """One step of the playout clock: 20 ms out, 20 ms in, one frame of each recorded."""
        if self._first_deadline_s is None:
            self._first_deadline_s = deadline_s
        begins_s = self.audio_time_s
        self._ticks += 1
        self._last_deadline_s = deadline_s
        if send:
            agent = self._send_frame(deadline_s)
        else:
            self._skipped_ticks += 1
            agent = self._noise.next_frame()
        caller, concealed = self._next_caller_frame()
        if self._recorder is not None:
            self._recorder.add(caller, agent)
        self.tap.add(caller, agent)
        self._listener.on_sent(agent)
        self._listener.on_frame(caller, begins_s, concealed)
        self._watch(self._clock.now())

    def stats(self) -> MediaStats:
        """The counts so far."""
        jitter, sequences = self._jitter, self._jitter.sequences
        return MediaStats(
            packets_received=self._received,
            packets_sent=self._sender.packets,
            lost=sequences.lost,
            late=jitter.late,
            concealed=jitter.concealed,
            discarded=jitter.discarded,
            duplicate=sequences.duplicate,
            reordered=sequences.reordered,
            malformed=self._malformed,
            wrong_source=self._wrong_source,
            wrong_payload_type=self._wrong_payload_type,
            before_connect=self._before_connect,
            send_errors=self._endpoint.send_errors if self._endpoint else 0,
            jitter_ms=jitter.jitter.mean_ms,
            buffer_target_ms=jitter.target_frames * FRAME_MS,
            skipped_ticks=self._skipped_ticks,
            pacing_mean_ms=self.pacing.mean_ms,
            pacing_p99_ms=self.pacing.percentile_ms(99),
            pacing_max_ms=self.pacing.max_ms,
            pacing_late=self.pacing.late,
        )

    def _send_frame(self, deadline_s: float) -> Pcm:
        frame = self.playout.next_frame()
        # By the clock, not by counting ticks: it may leave some out after a very long stall.
        tick = round((deadline_s - (self._first_deadline_s or deadline_s)) / FRAME_S)
        payload = self._codec.encode(frame)
        datagram = self._sender.packet(payload, tick, talk=self.playout.audible)
        if self._endpoint is not None and self._remote is not None:
            self._endpoint.send(datagram, self._remote)
        sent_s = self._clock.now()
        self.pacing.observe(sent_s - deadline_s)
        if self._playout_events:
            events, self._playout_events = self._playout_events, []
            for event in events:
                self._listener.on_playout(replace(event, sent_s=sent_s))
        return frame

    def _next_caller_frame(self) -> tuple[Pcm, bool]:
        payload = self._jitter.pop()
        if payload is None:
            return self._concealer.conceal(), True
        frame = self._codec.decode(payload)
        self._concealer.good(frame)
        return frame, False

    def _on_datagram(self, data: bytes, source: Address) -> None:
        if self._closed:
            return
        if self._remote is None:
            self._before_connect += 1
        elif source[:2] != self._remote:
            self._wrong_source += 1
        else:
            try:
                self._on_packet(data)
            except Exception as error:  # the loop must not go on calling a broken call
                structlog.get_logger().exception("media_packet_failed", session=repr(self))
                self._fail(error)

    def _on_packet(self, data: bytes) -> None:
        now = self._clock.now()
        try:
            packet = RtpPacket.parse(data)
            if packet.payload_type != self._codec.payload_type:
                self._wrong_payload_type += 1
                return
            audio = self._jitter.push(packet, now)
        except ValueError:
            self._malformed += 1
            return
        self._received += 1
        if self._media_lost:
            self._media_lost = False
            self._listener.on_media_back(now - self._silent_since_s)
        self.last_packet_s = self._silent_since_s = now
        if audio:
            self._report_arrival(packet, self.audio_time_at(now))

    def _report_arrival(self, packet: RtpPacket, arrival_s: float) -> None:
        pcm = self._arrival_codec.decode(packet.payload)
        size = self._codec.samples_per_frame
        for start in range(0, len(pcm), size):
            self._listener.on_arrival(pcm[start : start + size], arrival_s)

    def _watch(self, now: float) -> None:
        silence_s = now - self._silent_since_s
        if silence_s >= self._lost_after_s and not self._media_lost:
            self._media_lost = True
            self._listener.on_media_lost(silence_s)

    def _collect_event(self, event: PlayoutEvent) -> None:
        self._playout_events.append(event)

    def _fail(self, error: Exception) -> None:
        """Close after an error in this call's own tick or packet, and tell its owner."""
        self._stop()
        try:
            self._listener.on_media_lost(self._clock.now() - self._silent_since_s)
        except Exception:  # it may be the listener that is broken
            structlog.get_logger().exception("media_listener_failed", cause=repr(error))

    def _stop(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._clock.unregister(self)
        self.tap.close()
        if self._endpoint is not None:
            self._endpoint.close()
        if self._recorder is not None:
            self._recorder.finish()
