"""What an ingestion is to make a version of; where a version came from."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("origin", sa.String(), nullable=True))
    op.add_column("ingestions", sa.Column("document", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("ingestions", "document")
    op.drop_column("versions", "origin")
