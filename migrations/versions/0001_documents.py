"""Documents, versions, pages, passages and their lexical index; embeddings; answers."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# Sorted by code point everywhere, as SQLite does.
NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "collections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
        sa.UniqueConstraint("name", name="uq_collections_name"),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name="fk_documents_collection_id_collections", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("collection_id", "name", name="uq_documents_collection_id"),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("paged", sa.Boolean(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("ingested_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_versions_document_id_documents", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("document_id", "number", name="uq_versions_document_id"),
    )
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_pages_version_id_versions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pages"),
        sa.UniqueConstraint("version_id", "number", name="uq_pages_version_id"),
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("heading_path", sa.JSON(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name="fk_passages_page_id_pages", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_passages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passages_page_id", "passages", ["page_id"])
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
    op.create_table(
        "generation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("database", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_generation"),
    )
    op.execute(sa.text("INSERT INTO generation VALUES (1, :database, 0)").bindparams(database=uuid4().hex))
    op.create_table(
        "embeddings",
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passages.id"], name="fk_embeddings_passage_id_passages", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("passage_id", "model", name="pk_embeddings"),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
    )
    op.create_index("ix_answers_created_at", "answers", ["created_at"])
    if op.get_bind().dialect.name == "postgresql":
        _create_passage_words()
    else:
        _create_passages_fts()


def _create_passages_fts() -> None:
    """FTS5 over the passages. Triggers keep it in the very transaction that writes or deletes them."""
    op.execute(
        """CREATE VIRTUAL TABLE passages_fts USING fts5(
            heading, context, text, content='passages', content_rowid='id', tokenize='porter unicode61')"""
    )
    op.execute(
        """CREATE TRIGGER passages_fts_insert AFTER INSERT ON passages BEGIN
            INSERT INTO passages_fts (rowid, heading, context, text)
            VALUES (new.id, new.heading, new.context, new.text); END"""
    )
    op.execute(
        """CREATE TRIGGER passages_fts_delete AFTER DELETE ON passages BEGIN
            INSERT INTO passages_fts (passages_fts, rowid, heading, context, text)
            VALUES ('delete', old.id, old.heading, old.context, old.text); END"""
    )


def _create_passage_words() -> None:
    """What FTS5 keeps, as tables of PostgreSQL, whose own ranking knows nothing of how rare a word is.

    ``passage_words`` says how often a word stands in a passage, whose length in words is repeated in every row, so that
    one index answers all that BM25 asks; ``passage_words_total`` holds one row. Triggers keep both in the very
    transaction that writes or deletes passages. ``lexical_words`` makes the words as FTS5's ``porter unicode61`` does.
    """
    op.create_table(
        "passage_words",
        sa.Column("word", sa.String(collation="C"), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
    )
    op.execute("CREATE UNIQUE INDEX ix_passage_words_word ON passage_words (word, passage_id) INCLUDE (count, length)")
    op.create_table(
        "passage_words_total",
        sa.Column("passages", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.BigInteger(), nullable=False),
    )
    op.execute("INSERT INTO passage_words_total VALUES (0, 0)")
    op.execute("CREATE TEXT SEARCH DICTIONARY lexical_stem (TEMPLATE = snowball, LANGUAGE = porter)")
    # Accents are dropped, and what is longer than any word is cut to what an index row can hold. ROWS 1 is what a word
    # of a question gives, by which its search is planned.
    op.execute(
        r"""CREATE FUNCTION lexical_words(text) RETURNS SETOF text LANGUAGE sql STABLE STRICT ROWS 1 AS $$
            SELECT (ts_lexize('lexical_stem', left(word, 200)))[1]
            FROM regexp_split_to_table(
                regexp_replace(lower(normalize($1, NFD)), '[\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+') AS word
            WHERE word <> '' $$"""
    )
    op.execute(
        """CREATE FUNCTION passage_words_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            WITH written AS (
                INSERT INTO passage_words (word, passage_id, count, length)
                SELECT word, id, count(*), sum(count(*)) OVER (PARTITION BY id)
                FROM changed, lexical_words(concat_ws(' ', heading, context, text)) AS word GROUP BY id, word
                RETURNING count)
            UPDATE passage_words_total
            SET passages = passages + (SELECT count(*) FROM changed),
                words = words + (SELECT coalesce(sum(count), 0) FROM written);
            RETURN NULL; END $$"""
    )
    op.execute(
        """CREATE FUNCTION passage_words_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            WITH gone AS (
                DELETE FROM passage_words USING (
                    SELECT DISTINCT id, stem FROM changed, lexical_words(concat_ws(' ', heading, context, text)) AS stem
                ) AS held WHERE word = stem AND passage_id = id
                RETURNING count)
            UPDATE passage_words_total
            SET passages = passages - (SELECT count(*) FROM changed),
                words = words - (SELECT coalesce(sum(count), 0) FROM gone);
            RETURN NULL; END $$"""
    )
    for event, rows in (("insert", "NEW"), ("delete", "OLD")):
        op.execute(
            f"""CREATE TRIGGER passage_words_{event} AFTER {event.upper()} ON passages
            REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION passage_words_{event}()"""
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for event in ("insert", "delete"):
            op.execute(f"DROP TRIGGER passage_words_{event} ON passages")
            op.execute(f"DROP FUNCTION passage_words_{event}()")
        op.execute("DROP FUNCTION lexical_words(text)")
        op.execute("DROP TEXT SEARCH DICTIONARY lexical_stem")
        op.drop_table("passage_words")
        op.drop_table("passage_words_total")
    else:
        op.execute("DROP TRIGGER passages_fts_delete")
        op.execute("DROP TRIGGER passages_fts_insert")
        op.execute("DROP TABLE passages_fts")
    for table in (
        "answers",
        "embeddings",
        "generation",
        "ingestions",
        "passages",
        "pages",
        "versions",
        "documents",
        "collections",
    ):
        op.drop_table(table)
