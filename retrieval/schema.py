"""The table of embeddings: what the dense index is made from."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from corpus.schema import Base


class Embedding(Base):
    """``vector`` holds float32 numbers, little-endian, of length 1; ``model`` is the identity of what computed them."""

    __tablename__ = "embeddings"

    passage_id: Mapped[int] = mapped_column(ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    vector: Mapped[bytes]
