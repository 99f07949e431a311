"""The names of months."""

from __future__ import annotations

_NAMES = "january february march april may june july august september october november december"
# In the year's order, in lower case, whatever the locale.
MONTHS = tuple(_NAMES.split())
