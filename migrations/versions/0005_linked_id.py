"""The identifier that a call's record shares with Asterisk's CDR, CEL and queue_log.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; calls from before have none."""
    op.add_column("calls", sa.Column("linked_id", sa.Text))
    op.create_index("ix_calls_linked_id", "calls", ["linked_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_calls_linked_id", "calls")
    op.drop_column("calls", "linked_id")
