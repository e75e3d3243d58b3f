"""Experiments on live calls: what was configured, and which variant led each call.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "experiment_revisions",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("experiment", sa.Text, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("definition", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_experiment_revisions"),
    )
    op.create_index("ix_experiment_revisions_experiment", "experiment_revisions", ["experiment"])
    op.create_table(
        "assigned_calls",
        sa.Column("call_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("variant", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_assigned_calls"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], ondelete="CASCADE", name="fk_assigned_calls_call_id_calls"
        ),
        sa.ForeignKeyConstraint(
            ["revision"],
            ["experiment_revisions.id"],
            name="fk_assigned_calls_revision_experiment_revisions",
        ),
    )
    op.create_index("ix_assigned_calls_revision", "assigned_calls", ["revision"])


def downgrade() -> None:
    """Drop them with everything in them."""
    op.drop_table("assigned_calls")
    op.drop_table("experiment_revisions")
