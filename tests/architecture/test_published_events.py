"""Every event of the administration has a row in the table of what the public transparency log says of it."""

from idp.audit.model import EventName
from idp.transparency.published import PUBLISHED

NEED_A_ROW = ("admin:", "operator:client:", "operator:key:")


def test_each_event_of_clients_keys_and_administration_says_what_of_it_is_public() -> None:
    """A new name fails here until somebody has thought about it: `Row()` publishes that it happened, when, by whom."""
    missing = [name.value for name in EventName if name.value.startswith(NEED_A_ROW) and name not in PUBLISHED]
    assert missing == [], "add a row to idp/transparency/published.py for each"
