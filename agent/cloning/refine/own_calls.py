"""The agent's own calls with a cloned playbook, as its records have them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.cloning.mined import Evidence
from agent.records.database import explained
from agent.records.models import Call, Speaker, Turn

NOT_UNDERSTOOD = "none"


@dataclass(frozen=True, slots=True)
class OwnTurn:
    """`intent` is what a caller's turn was taken for, `lines` what the agent's turn was made of."""

    index: int
    caller: bool
    text: str
    start_s: float
    intent: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnCall:
    """An ended call; `version` is the playbook's."""

    id: str
    version: str
    disposition: str
    hung_up: bool
    turns: tuple[OwnTurn, ...]

    def evidence(self, turn: OwnTurn) -> Evidence:
        """What a caller said, as evidence."""
        return Evidence(call=self.id, turn=turn.index, start=turn.start_s, quote=turn.text)


async def read_own_calls(engine: AsyncEngine, playbook_id: str) -> tuple[OwnCall, ...]:
    """Ended calls with a playbook, oldest first.

    Raises DatabaseUnavailable or SchemaMismatch when the database can't answer.
    """
    query = select(Call).where(Call.playbook_id == playbook_id, Call.ended_at.is_not(None))
    with explained(engine.url):
        async with AsyncSession(engine) as session:
            calls = (await session.scalars(query.order_by(Call.started_at, Call.id))).all()
            turns = await session.scalars(
                select(Turn)
                .join(Call, Call.id == Turn.call_id)
                .where(Call.playbook_id == playbook_id)
                .order_by(Turn.call_id, Turn.index)
            )
            of_call: dict[str, list[OwnTurn]] = {}
            for turn in turns:
                of_call.setdefault(turn.call_id, []).append(_own(turn))
    return tuple(
        OwnCall(
            id=call.id,
            version=call.playbook_version or "",
            disposition=call.disposition or "",
            hung_up=call.ended_by == "caller",
            turns=tuple(of_call.get(call.id, ())),
        )
        for call in calls
    )


def _own(turn: Turn) -> OwnTurn:
    return OwnTurn(
        index=turn.index,
        caller=turn.speaker is Speaker.CALLER,
        text=turn.text,
        start_s=turn.start_s,
        intent=turn.intent or "",
        lines=tuple(turn.line_ids),
    )
