"""Jobs with a row for each file, in place of ingestions that knew only the paths asked for."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    jobs = op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    job_files = op.create_table(
        "job_files",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_files_job_id_jobs", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_job_files_version_id_versions", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_job_files"),
    )
    op.create_index("ix_job_files_version_id", "job_files", ["version_id"])
    for ingestion in op.get_bind().execute(sa.select(_INGESTIONS).order_by(_INGESTIONS.c.id)).mappings().all():
        job = {"collection": ingestion["collection"], "created_at": ingestion["started_at"], "problem": ""}
        finished_at = ingestion["finished_at"]
        job |= {"state": "done" if finished_at else "queued", "finished_at": finished_at}
        [job_id] = op.get_bind().execute(jobs.insert().values(job)).inserted_primary_key
        # What a folder held was not noted: it becomes a file that can't be read, and so is seen to be missing.
        for number, path in enumerate([] if finished_at else ingestion["paths"], start=1):
            first_day = ingestion["effective_from"]
            source = {"path": path, "document": Path(path).name, "title": None}
            source["effective_from"] = first_day.isoformat() if first_day else None
            file = {"job_id": job_id, "number": number, "source": source, "state": "queued"}
            op.get_bind().execute(job_files.insert().values(file | {"passages": 0, "reason": "", "warnings": []}))
    op.drop_table("ingestions")


def downgrade() -> None:
    op.create_table(
        "ingestions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("paths", sa.JSON(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ingestions"),
    )
    op.drop_table("job_files")
    op.drop_table("jobs")


_INGESTIONS = sa.table(
    "ingestions",
    sa.column("id", sa.Integer()),
    sa.column("collection", sa.String()),
    sa.column("paths", sa.JSON()),
    sa.column("effective_from", sa.Date()),
    sa.column("started_at", MOMENT),
    sa.column("finished_at", MOMENT),
)
