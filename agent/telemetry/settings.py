"""Where traces go."""

from pydantic import Field

from agent.section import Section


class TelemetrySettings(Section):
    """OpenTelemetry traces of calls and turns; needs the extra `otel`."""

    endpoint: str = Field(
        "", description="OTLP over HTTP, such as http://127.0.0.1:4318; empty: no traces"
    )
    timeout_s: float = Field(2.0, gt=0, description="for one export, and for the last at the end")
