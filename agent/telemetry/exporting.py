"""The way of spans to their collector: a thread of the library's own, with a bounded queue."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from agent.calls.journal import CallObserver
from agent.errors import UnderstudyError
from agent.telemetry.settings import TelemetrySettings

_PATH = "/v1/traces"


class TelemetryMissing(UnderstudyError):
    """Traces are wanted, and the libraries for them are not there."""


@contextlib.asynccontextmanager
async def open_traces(settings: TelemetrySettings, instance: str) -> AsyncIterator[CallObserver]:
    """An observer whose spans are exported; what is left is exported at the end.

    A collector that is away or slow costs spans and nothing else: they are dropped, and the
    library's warning says so. Keys for it come from OTEL_EXPORTER_OTLP_HEADERS. Raises
    TelemetryMissing.
    """
    try:
        # Half a second of imports that a process without traces need not spend.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        from agent.telemetry.traces import CallTraces
    except ImportError as error:
        raise TelemetryMissing(
            f"Traces need the extra 'otel' ({error.name} is missing): pip install "
            "'understudy[otel]', or leave telemetry.endpoint empty."
        ) from None
    resource = Resource.create({"service.name": "understudy", "service.instance.id": instance})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(
        endpoint=settings.endpoint.rstrip("/") + _PATH, timeout=settings.timeout_s
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield CallTraces(provider.get_tracer("understudy.calls"))
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2 * settings.timeout_s):
                await asyncio.to_thread(provider.shutdown)
