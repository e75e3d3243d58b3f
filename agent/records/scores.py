"""Scores that are kept: of calls, and of sets of simulated calls."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.database import explained
from agent.records.models import Score

LIVE = "live calls"


class ScoreStore:
    """Adds and reads scores; what it returns is detached.

    Every method raises DatabaseUnavailable or SchemaMismatch when the database can't answer.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, scores: Sequence[Score]) -> None:
        """All or none. A call that is scored again has its new score only."""
        again = [score.call_id for score in scores if score.call_id is not None]
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session, session.begin():
                if again:
                    await session.execute(delete(Score).where(Score.call_id.in_(again)))
                session.add_all(scores)

    async def of_call(self, call_id: str) -> Score | None:
        """What a call was scored last; None: it was not."""
        query = select(Score).where(Score.call_id == call_id)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return (await session.scalars(query)).one_or_none()

    async def all(self) -> Sequence[Score]:
        """Every score, the oldest first."""
        query = select(Score).order_by(Score.happened_at, Score.id)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return (await session.scalars(query)).all()
