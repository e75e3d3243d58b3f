"""What measuring costs: `python -m tests.bench.metrics` prints one figure a line.

Observing happens in the event loop of live calls, rendering in a thread beside it. Times are of the
CPU, so that a busy machine does not change them much.
"""

import asyncio
import time
from collections.abc import Callable

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.calls.journal import CallObserver
from agent.telemetry.traces import CallTraces
from tests.diagnosis.told import good
from tests.metrics.house import whole_house

_CALLS = 2000
_RENDERINGS = 200


def main() -> None:
    """Print all figures."""
    metrics = asyncio.run(whole_house())
    per_record(metrics.calls, "metrics")
    text = metrics.render()
    render_ms = timed(metrics.render, _RENDERINGS) * 1e3
    samples = sum(not line.startswith(b"#") for line in text.splitlines())
    print(f"rendering {samples} samples ({len(text) / 1024:.0f} KiB): {render_ms:.2f} ms")
    traces()


def per_record(observer: CallObserver, name: str) -> None:
    """Tell the observer many calls, and print the time for one record and for one call."""
    calls = [good() for _ in range(_CALLS)]
    records = sum(len(call.records) for call in calls)
    began_s = time.thread_time()
    for call in calls:
        call.tell(observer)
    took_us = (time.thread_time() - began_s) * 1e6
    each = records // _CALLS
    print(f"{name}: {took_us / records:.1f} us a record ({each} records a call)")


def traces() -> None:
    """The same for spans, which a thread of the library's takes from there."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(InMemorySpanExporter()))
    per_record(CallTraces(provider.get_tracer("bench")), "traces")
    provider.shutdown()


def timed(work: Callable[[], object], times: int) -> float:
    """Mean CPU seconds of this thread."""
    began_s = time.thread_time()
    for _ in range(times):
        work()
    return (time.thread_time() - began_s) / times


if __name__ == "__main__":
    main()
