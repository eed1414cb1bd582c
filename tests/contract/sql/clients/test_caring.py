"""Letters to the contacts of a client whose secrets want care: each contact once a day, in both languages."""

from datetime import timedelta

from clients.model import Client, ClientSecret
from idp.account.notices.messages import Messages, OutgoingMessage, open_message
from idp.adapters.sql.database import Database
from idp.kernel.secrets import Sealer
from idp.settings.live import LiveSettings
from idp.web.messages.catalogue import MessageTexts
from idp.worker.secret_expiry import letters_due
from records.structs import replace
from tests.support.running.sql_stores import NOW
from tests.unit.clients.entries import client

DAY = timedelta(days=1)
SEALER = Sealer({"k": b"s" * 32}, "k")
TEXTS = MessageTexts(LiveSettings().messages)


def ending_in(days: int, *contacts: str) -> Client:
    ends = ClientSecret(b"h" * 32, NOW - DAY, NOW + days * DAY)
    return replace(client(), secrets=(ends,), contacts=contacts)


async def sent(database: Database) -> list[OutgoingMessage]:
    leased = await database.outbox.lease(NOW + 2 * DAY, NOW + 3 * DAY, 10)
    return sorted((open_message(SEALER, "email", one.payload) for one in leased), key=lambda one: one.to)


async def test_each_contact_is_written_to_once_a_day_by_whichever_process_looks(database: Database) -> None:
    messages = Messages(SEALER, TEXTS.sms, TEXTS.both_languages)
    careless = ending_in(7, "b@thu.example", "a@thu.example", "b@thu.example")
    for look in range(3):
        letters = letters_due([careless, ending_in(8, "c@thu.example")], messages, NOW + look * timedelta(minutes=5))
        assert await database.ledger.commit(*letters)
    found = await sent(database)
    assert [letter.to for letter in found] == ["a@thu.example", "b@thu.example"]
    assert careless.client_id in found[0].text
    assert "còn 7 ngày" in found[0].text
    assert "days left: 7" in found[0].text


async def test_the_next_day_that_counts_has_a_letter_of_its_own(database: Database) -> None:
    messages = Messages(SEALER, TEXTS.sms, TEXTS.both_languages)
    for days in (7, 3):
        assert await database.ledger.commit(*letters_due([ending_in(days, "a@thu.example")], messages, NOW))
    # The same client, the same day: what was said stands.
    assert len(await sent(database)) == 1
    later = letters_due([ending_in(4, "a@thu.example")], messages, NOW + DAY)
    assert await database.ledger.commit(*later)
    assert ["days left: 3" in letter.text for letter in await sent(database)] == [True]
