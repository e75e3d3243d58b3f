"""Scores of calls and of simulations, for trends; the code that a call was handled with.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the table; calls from before have no code's digest."""
    op.create_table(
        "scores",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("series", sa.Text, nullable=False),
        sa.Column("call_id", sa.Uuid(as_uuid=False)),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("playbook_id", sa.Text),
        sa.Column("playbook_version", sa.Text),
        sa.Column("playbook_sha256", sa.Text),
        sa.Column("models", _JSON, nullable=False),
        sa.Column("settings", _JSON, nullable=False),
        sa.Column("code_sha256", sa.Text),
        sa.Column("rubric_sha256", sa.Text, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("measures", _JSON, nullable=False),
        sa.Column("gates", _JSON, nullable=False),
        sa.Column("funnel", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name="fk_scores_call_id_calls", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_scores"),
        sa.UniqueConstraint("call_id", name="uq_scores_call_id"),
    )
    op.create_index("ix_scores_happened_at", "scores", ["happened_at"])
    op.add_column("calls", sa.Column("code_sha256", sa.Text))


def downgrade() -> None:
    """Drop them with everything in them."""
    op.drop_column("calls", "code_sha256")
    op.drop_table("scores")
