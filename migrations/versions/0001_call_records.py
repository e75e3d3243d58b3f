"""The call record: calls, turns, events, latencies.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)
_ID = sa.Uuid(as_uuid=False)
_SHORT = sa.String(16)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "calls",
        sa.Column("id", _ID, nullable=False),
        sa.Column("instance", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("direction", _SHORT, nullable=False),
        sa.Column("caller_number", sa.Text),
        sa.Column("called_exten", sa.Text),
        sa.Column("codec", sa.Text),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("answered_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.Column("outcome", sa.Text),
        sa.Column("disposition", sa.Text),
        sa.Column("ended_by", sa.Text),
        sa.Column("hangup_cause", sa.Integer),
        sa.Column("transfer_queue", sa.Text),
        sa.Column("transfer_result", sa.Text),
        sa.Column("playbook_id", sa.Text),
        sa.Column("playbook_version", sa.Text),
        sa.Column("playbook_sha256", sa.Text),
        sa.Column("models", _JSON, nullable=False),
        sa.Column("recording_path", sa.Text),
        sa.Column("slots", _JSON, nullable=False),
        sa.Column("summary", sa.Text),
        sa.Column("media", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    for column in ("started_at", "ended_at", "outcome"):
        op.create_index(f"ix_calls_{column}", "calls", [column])
    op.create_table(
        "turns",
        sa.Column("call_id", _ID, nullable=False),
        sa.Column("index", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("speaker", _SHORT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("heard_text", sa.Text),
        sa.Column("start_s", sa.Double, nullable=False),
        sa.Column("end_s", sa.Double, nullable=False),
        sa.Column("confidence", sa.Double),
        sa.Column("stage", sa.Text),
        sa.Column("intent", sa.Text),
        sa.Column("line_ids", _JSON, nullable=False),
        sa.Column("interrupted", sa.Boolean, nullable=False),
        sa.Column("words", _JSON, nullable=False),
        *_of_a_call("turns", "index"),
    )
    op.create_table(
        "events",
        sa.Column("call_id", _ID, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("at_s", sa.Double, nullable=False),
        sa.Column("happened_at", _TIME, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("data", _JSON, nullable=False),
        *_of_a_call("events", "sequence"),
    )
    op.create_index("ix_events_kind", "events", ["kind"])
    op.create_table(
        "latencies",
        sa.Column("call_id", _ID, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("turn_index", sa.Integer),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("ms", sa.Double, nullable=False),
        *_of_a_call("latencies", "sequence"),
    )
    op.create_index("ix_latencies_name", "latencies", ["name"])


def downgrade() -> None:
    """Drop the tables with everything in them."""
    for table in ("latencies", "events", "turns", "calls"):
        op.drop_table(table)


def _of_a_call(table: str, number: str) -> tuple[sa.Constraint, sa.Constraint]:
    """What belongs to a call is numbered within it, and goes when the call goes."""
    return (
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=f"fk_{table}_call_id_calls", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", number, name=f"pk_{table}"),
    )
