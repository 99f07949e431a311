"""How sure the recognition of a page's text is that was only a picture."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pages", sa.Column("recognised", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("pages", "recognised")
