"""Whom a client means: found by number, by an officer's name, by an ID token of ours; or nobody, all the same."""

from datetime import datetime

import pytest

from clients.model import CIBA
from idp.account.model import Account, AccountKind, AccountStatus, PasswordRecord, SignInRecord
from idp.grants.model import GrantState
from idp.kernel.ids import GrantId
from idp.oauth.devices.hinted_people import HintedPeople
from idp.protocol.device.backchannel import Hint, HintedPerson
from idp.protocol.errors import OAuth2Error
from idp.protocol.tokens.issued import issue_id_token
from records.structs import replace
from tests.support.builders.protocol import ACCOUNT, BANK, CLIENT, GRANT, NOW, PROVIDER, STATE, strangers_notary

ASKER = replace(CLIENT, grant_types=(CIBA,), backchannel_token_delivery_mode="poll")
NUMBER, NAME = "001899000001", "h55.nvbinh"
THEM = HintedPerson(ACCOUNT.id, ACCOUNT.person_id, ACCOUNT.id)
TOKEN = issue_id_token(PROVIDER, CLIENT, GRANT, NOW, access_token="a", nonce=None)


class Store:
    """One account under one index, and one grant."""

    def __init__(self, account: Account = ACCOUNT, found_by: str = NUMBER) -> None:
        self.account, self.index, self.looked = account, PROVIDER.token_hash.digest(found_by), 0

    async def for_sign_in(self, number_index: bytes) -> SignInRecord | None:
        self.looked += 1
        if number_index != self.index:
            return None
        password = PasswordRecord(hash="", failures=0, retry_at=None)
        return SignInRecord(self.account, password, None, b"")

    async def state(self, grant_id: GrantId, jti: str, now: datetime) -> GrantState | None:
        return STATE if grant_id == GRANT.id else None

    async def life(self, grant_id: GrantId, jti: str, now: datetime) -> None:
        raise AssertionError("who it was given to is asked, not whether it lives")

    async def token_revoked(self, jti: str) -> bool:
        raise AssertionError("no access token is shown")


def people(store: Store) -> HintedPeople:
    return HintedPeople(PROVIDER, store, store, PROVIDER.token_hash)


async def found(text: str, store: Store, **members: object) -> HintedPerson:
    client = replace(ASKER, **members)  # type: ignore[arg-type]  # the names are members of Client
    return await people(store).of(client, Hint("login_hint", text), NOW)


async def test_a_number_finds_its_person_however_it_is_written() -> None:
    for typed in (NUMBER, "001 899 000 001"):
        assert await found(typed, Store()) == THEM


async def test_an_officers_name_finds_the_officer_where_the_client_takes_officers() -> None:
    officer = replace(ACCOUNT, kind=AccountKind.OFFICER)
    assert await found(NAME, Store(officer, NAME), account_kinds=("officer",)) == THEM
    assert (await found(NAME, Store(officer, NAME))).account_id is None


@pytest.mark.parametrize("typed", ["001899000099", "nobody", "", "x" * 500, "h55.nobody", "0" * 12])
async def test_en_1_nobody_is_looked_for_as_often_and_is_somebody_to_be_counted(typed: str) -> None:
    store = Store()
    nobody = await found(typed, store)
    assert (nobody.person_id, nobody.account_id, store.looked) == (None, None, 1)
    assert nobody.known_as.startswith("hint:")
    assert len(nobody.known_as) < 100


async def test_a_client_of_the_sandbox_asks_no_real_person() -> None:
    assert (await found(NUMBER, Store(), stage="sandbox")).account_id is None
    trial = replace(ACCOUNT, kind=AccountKind.TRIAL)
    assert await found(NUMBER, Store(trial), stage="sandbox") == THEM


async def test_a_locked_account_is_nobody() -> None:
    assert (await found(NUMBER, Store(replace(ACCOUNT, status=AccountStatus.LOCKED)))).account_id is None


async def test_ciba_7_1_an_id_token_of_ours_for_this_client_names_its_person() -> None:
    assert await people(Store()).of(ASKER, Hint("id_token_hint", TOKEN), NOW) == THEM


async def test_an_id_token_whose_grant_is_forgotten_is_about_nobody() -> None:
    old = replace(GRANT, id=GrantId("z" * 26))
    token = issue_id_token(PROVIDER, CLIENT, old, NOW, access_token="a", nonce=None)
    assert (await people(Store()).of(ASKER, Hint("id_token_hint", token), NOW)).account_id is None


async def test_ciba_7_1_any_other_token_is_refused() -> None:
    strangers = issue_id_token(
        replace(PROVIDER, signer=strangers_notary()), CLIENT, GRANT, NOW, access_token="a", nonce=None
    )
    others = issue_id_token(PROVIDER, BANK, GRANT, NOW, access_token="a", nonce=None)
    for token in ("", "a.b.c", strangers, others, TOKEN[:-2]):
        with pytest.raises(OAuth2Error) as caught:
            await people(Store()).of(ASKER, Hint("id_token_hint", token), NOW)
        assert caught.value.error == "invalid_request"
