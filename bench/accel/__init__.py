"""How fast lookahead decoding is beside stock `generate`, and that it writes the same: ``python -m bench.accel``."""
