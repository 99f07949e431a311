"""The places that a document was read from; who asked for a job; the document that a file became part of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_places",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_document_places_document_id_documents", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "path", name="pk_document_places"),
    )
    op.create_index("ix_document_places_path", "document_places", ["path"])
    op.execute(
        "INSERT INTO document_places (document_id, path) SELECT DISTINCT document_id, source FROM versions "
        "WHERE source <> ''"
    )
    # Jobs of before belong to the operator, who sees all of them.
    op.add_column("jobs", sa.Column("labels", sa.JSON(), nullable=True))
    op.add_column("job_files", sa.Column("document", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("job_files", "document")
    op.drop_column("jobs", "labels")
    op.drop_index("ix_document_places_path", "document_places")
    op.drop_table("document_places")
