"""The tables of a page: which of its lines are rows, and what names their columns."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Pages of before have none: their tables are read off their text.
    op.add_column("pages", sa.Column("tables", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("pages", "tables")
