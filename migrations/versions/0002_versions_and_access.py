"""Where a version came from; access labels."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_labels",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_document_labels_document_id_documents", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "label", name="pk_document_labels"),
    )
    op.add_column("answers", sa.Column("access", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("versions", sa.Column("origin", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("answers", "access")
    op.drop_table("document_labels")
    op.drop_column("versions", "origin")
