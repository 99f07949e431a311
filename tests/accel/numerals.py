"""A tokenizer for the small random models: words are numerals, and each is the token of its number."""

from __future__ import annotations

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import PreTrainedTokenizerFast

from tests.accel.test_runtime import END, VOCABULARY


def numerals() -> PreTrainedTokenizerFast:
    """Other words are read as 0."""
    words = Tokenizer(WordLevel({str(number): number for number in range(VOCABULARY)}, unk_token="0"))
    words.pre_tokenizer = WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=words, eos_token=str(END))
