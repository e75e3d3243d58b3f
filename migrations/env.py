"""How Alembic reaches the database: over a connection given to it, or by URL from the command line.

`agent.records.migrate` gives a connection. The `alembic` command takes `-x url=...`, and the
settings' records.database_url without it.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection

import agent.outbound.tables
import agent.web.access.tables  # noqa: F401  (the schema is complete with it)
from agent.config import load_settings
from agent.records.database import create_engine
from agent.records.migrate import in_models
from agent.records.models import Base


def run_over(connection: Connection) -> None:
    """Run the migrations that were asked for."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_name=in_models,
        # SQLite alters a table by copying it.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_by_url(url: str) -> None:
    """Connect, run, commit."""
    engine = create_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(run_over)
    finally:
        await engine.dispose()


given = context.config.attributes.get("connection")
if isinstance(given, Connection):
    run_over(given)
else:
    arguments = context.get_x_argument(as_dictionary=True)
    url = arguments.get("url") or load_settings().records.database_url.get_secret_value()
    asyncio.run(run_by_url(url))
