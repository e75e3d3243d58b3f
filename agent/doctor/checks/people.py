"""Whether somebody may sign in at the desk."""

from collections.abc import Sequence

from agent.config import Settings
from agent.doctor.checks.database import not_made_yet
from agent.doctor.finding import Finding, ok, warn
from agent.records.database import create_engine, normalise_url
from agent.web.access.people import People
from agent.web.access.role import Role


async def look(settings: Settings) -> Sequence[Finding]:
    """Count those who are let in."""
    url = settings.records.database_url.get_secret_value()
    parsed = normalise_url(url)
    if not_made_yet(parsed):
        return [judge(0, 0)]
    engine = create_engine(url)
    try:
        accounts = [one for one in await People(engine).all() if one.disabled_at is None]
    finally:
        await engine.dispose()
    return [judge(len(accounts), sum(one.role is Role.SUPERVISOR for one in accounts))]


def judge(people: int, supervisors: int) -> Finding:
    """Those who are not disabled."""
    if supervisors:
        return ok(f"{people} people may sign in, {supervisors} of them supervisors")
    return warn(
        f"{people} people may sign in, and no supervisor",
        "Nobody can see the live calls or take one over.",
        "understudy user add NAME --role supervisor",
    )
