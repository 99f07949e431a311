"""How often a version's file has been read, and its pages as they were read before; whether a title was given."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("reading", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column("versions", sa.Column("title_given", sa.Boolean(), nullable=True))
    op.create_table(
        "earlier_pages",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_earlier_pages_version_id_versions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "reading", "number", name="pk_earlier_pages"),
    )
    # The jobs know of the titles that were given; of versions that were stored before there were jobs, nobody does.
    stored = sa.select(_JOB_FILES).where(_JOB_FILES.c.version_id.is_not(None))
    for source, version_id in op.get_bind().execute(stored).all():
        given = source["title"] is not None
        op.execute(sa.update(_VERSIONS).where(_VERSIONS.c.id == version_id).values(title_given=given))


def downgrade() -> None:
    op.drop_table("earlier_pages")
    op.drop_column("versions", "title_given")
    op.drop_column("versions", "reading")


_JOB_FILES = sa.table("job_files", sa.column("source", sa.JSON()), sa.column("version_id", sa.Integer()))
_VERSIONS = sa.table("versions", sa.column("id", sa.Integer()), sa.column("title_given", sa.Boolean()))
