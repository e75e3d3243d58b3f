"""Upper bounds of the histograms' buckets, in seconds."""

# From 10 ms to 5 s, with the house's goals among them so that a share within a goal is exact: a
# pause within 150 ms (p50) and 220 ms (p95), an answer within 500 ms and 900 ms.
WAITS_S = (
    0.01, 0.02, 0.05, 0.1, 0.15, 0.22, 0.3, 0.4, 0.5, 0.7, 0.9, 1.2, 1.5, 2.0, 3.0, 5.0,
)  # fmt: skip

# Waits in a human queue.
QUEUE_WAITS_S = (2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)

# How late a tick of 20 ms may be before a jitter buffer of 40 to 80 ms runs dry.
LATENESS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075)

JITTER_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
