"""What one call's media went through."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaStats:
    """Counts since the session was opened; times in ms.

    Incoming: `lost` by sequence number, `late` past their turn in the jitter buffer, `concealed`
    ticks that had to do without a frame, `discarded` frames dropped to shorten the delay. Dropped
    unread: `malformed`, `wrong_source`, `wrong_payload_type`, and `before_connect`, which came
    before the far end's address was known.

    Outgoing: `skipped_ticks` in which nothing was sent, after a stall of this process; `pacing_*`
    is how long after their deadlines packets left.
    """

    packets_received: int
    packets_sent: int
    lost: int
    late: int
    concealed: int
    discarded: int
    duplicate: int
    reordered: int
    malformed: int
    wrong_source: int
    wrong_payload_type: int
    before_connect: int
    send_errors: int
    jitter_ms: float
    buffer_target_ms: int
    skipped_ticks: int
    pacing_mean_ms: float
    pacing_p99_ms: float
    pacing_max_ms: float
    pacing_late: int
