"""How long a text is for the embedding model, so that passages are cut to what it reads."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.passages import CHARACTERS, Size
from retrieval.embedder import folder_of


def size_for(path: str | None = None) -> Size:
    """The longest passage that the model of that path reads whole, in its own tokens; in characters where the model is
    not a folder with a fast tokenizer."""
    folder = folder_of(path)
    tokenizer, settings = folder / "tokenizer.json", folder / "sentence_bert_config.json"
    if not tokenizer.is_file() or not settings.is_file():
        return CHARACTERS
    return Size(TokenCount(tokenizer), json.loads(settings.read_bytes())["max_seq_length"] - TokenCount.SPECIAL)


class TokenCount:
    """Counts a text's tokens without the two that the model puts around it."""

    SPECIAL = 2

    def __init__(self, tokenizer: Path) -> None:
        # Imported here because few commands ingest.
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def __call__(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False))
