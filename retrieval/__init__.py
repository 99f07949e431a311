"""Question in, passages out: dense (FAISS) and lexical (BM25), fused, filtered by collection and date."""
