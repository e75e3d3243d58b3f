"""Calls that can go on: their snapshots, links between calls; holding calls against deletion.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_ID = sa.Uuid(as_uuid=False)


def upgrade() -> None:
    """Create the table and the columns."""
    op.create_table(
        "snapshots",
        sa.Column("call_id", _ID, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("caller_number", sa.Text),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_snapshots"),
    )
    for column in ("channel_id", "caller_number", "saved_at"):
        op.create_index(f"ix_snapshots_{column}", "snapshots", [column])
    op.add_column("calls", sa.Column("resumes", _ID))
    op.add_column("calls", sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column(
        "erasures", sa.Column("transcripts", sa.Integer, nullable=False, server_default="0")
    )
    op.add_column(
        "erasures", sa.Column("reason", sa.Text, nullable=False, server_default="request")
    )


def downgrade() -> None:
    """Drop them with everything in them."""
    for table, column in (
        ("erasures", "reason"),
        ("erasures", "transcripts"),
        ("calls", "held"),
        ("calls", "resumes"),
    ):
        op.drop_column(table, column)
    op.drop_table("snapshots")
