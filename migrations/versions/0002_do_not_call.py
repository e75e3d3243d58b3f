"""The do-not-call register, and what was erased.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "do_not_call",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("call_id", sa.Uuid(as_uuid=False)),
        sa.PrimaryKeyConstraint("number", name="pk_do_not_call"),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("erased_at", _TIME, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
    )


def downgrade() -> None:
    """Drop the tables with everything in them."""
    op.drop_table("erasures")
    op.drop_table("do_not_call")
