"""banking77 (Casanueva et al. 2020): customers' messages to a bank, each with what it is about."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from eval.errors import BadGold
from eval.gold.importers.reading import file_at, text_of
from eval.gold.model import GoldQuestion

# Troubles with that bank's own app, cards and transfers, whatever policies say. Left out is what they may speak of:
# lost cards, fees, exchange rates, refunds, payments that weren't recognised, why identities are checked.
_INTENTS = """
    activate_my_card apple_pay_or_google_pay automatic_top_up balance_not_updated_after_bank_transfer
    beneficiary_not_allowed card_arrival card_delivery_estimate card_linking card_not_working change_pin
    contactless_not_working declined_cash_withdrawal declined_transfer disposable_card_limits edit_personal_details
    exchange_via_app failed_transfer get_disposable_virtual_card get_physical_card getting_spare_card
    getting_virtual_card order_physical_card passcode_forgotten pending_top_up pin_blocked top_up_failed top_up_limits
    top_up_reverted topping_up_by_card transfer_not_received_by_recipient transfer_timing unable_to_verify_identity
    verify_my_identity verify_top_up virtual_card_not_working
"""
INTENTS = frozenset(_INTENTS.split())


def read(path: Path) -> Iterator[GoldQuestion]:
    """The messages about such troubles, tagged with their intent; documents don't answer them. Raises `BadGold` for a
    file without the columns text and category."""
    file = file_at(path, "banking77_test.csv", "test.csv")
    rows = csv.DictReader(io.StringIO(text_of(file), newline=""))
    if not {"text", "category"} <= set(rows.fieldnames or ()):
        raise BadGold(f"{file} has no columns text and category: check that this is the format named.")
    for number, row in enumerate(rows, start=1):
        if row["category"] in INTENTS and (row["text"] or "").strip():
            yield GoldQuestion(
                id=f"b77-{number:04}",
                question=row["text"].strip(),
                answerable_in_corpus=False,
                tags=(row["category"],),
            )
