"""How far each run's records are stored, and whose erasure must hold for what comes back.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "spool_positions",
        sa.Column("source", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("instance", sa.Text, nullable=False),
        sa.Column("stored", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_spool_positions"),
    )
    op.create_table(
        "tombstones",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_tombstones"),
    )


def downgrade() -> None:
    """Drop them with everything in them."""
    op.drop_table("tombstones")
    op.drop_table("spool_positions")
