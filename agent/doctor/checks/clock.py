"""Whether PBX, agent and database agree what time it is."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from agent.config import Settings
from agent.doctor.finding import Finding, ok, warn
from agent.doctor.probe import open_probe
from agent.errors import UnderstudyError
from agent.records.database import create_engine, explained, normalise_url

# Events of PBX and agent are put in order by time; below this nobody mistakes them.
_SKEW_S = 0.5


async def look(settings: Settings) -> Sequence[Finding]:
    """Each clock against ours, half the time of the question taken off."""
    findings = [_zone()]
    before = _now_s()
    try:
        async with open_probe(settings.ari) as probe:
            before = _now_s()
            pbx_s = float(await probe.evaluate("STRFTIME(,UTC,%s.%3q)"))
        findings.append(judge("Asterisk", pbx_s - (before + _now_s()) / 2))
    except (UnderstudyError, ValueError):
        findings.append(ok("Asterisk's clock can't be read now"))
    url = settings.records.database_url.get_secret_value()
    if normalise_url(url).get_backend_name() == "postgresql":
        findings.append(judge("the database", await _database_skew_s(url)))
    return findings


async def _database_skew_s(url: str) -> float:
    engine = create_engine(url)
    try:
        with explained(engine.url):
            async with engine.connect() as connection:
                before = _now_s()
                asked = await connection.execute(
                    text("SELECT extract(epoch FROM clock_timestamp())::float8")
                )
                return float(asked.scalar_one()) - (before + _now_s()) / 2
    finally:
        await engine.dispose()


def judge(whose: str, skew_s: float) -> Finding:
    """`skew_s` above zero: that clock is ahead of this machine's."""
    if abs(skew_s) <= _SKEW_S:
        return ok(f"the clock of {whose} is within {abs(skew_s) * 1000:.0f} ms of ours")
    way = "ahead of" if skew_s > 0 else "behind"
    return warn(
        f"the clock of {whose} is {abs(skew_s):.1f} s {way} ours",
        "Records, CDR and queue_log can't be laid side by side.",
        "Keep both machines' time: apt install systemd-timesyncd (or chrony), then timedatectl",
    )


def _zone() -> Finding:
    now = datetime.now().astimezone()
    return ok(f"this machine's time zone is {now.tzname()} (UTC{now:%z}): {_zone_name()}")


def _zone_name() -> str:
    zone = Path("/etc/localtime")
    _, _, name = str(zone.resolve()).partition("zoneinfo/")
    return name or "no name in /etc/localtime"


def _now_s() -> float:
    return datetime.now(UTC).timestamp()
