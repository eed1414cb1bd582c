"""Whom a client means by a hint (CIBA 7.1): the same reads whether there is such a person or not."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from clients.model import Client
from idp.account.model import Account, AccountStatus, SignInRecord
from idp.agencies.model import SignInName
from idp.grants.ports import GrantReader
from idp.kernel.ids import ID_LENGTH, GrantId
from idp.kernel.secrets import HashKey
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.protocol.decider import refusal_of
from idp.protocol.device.backchannel import Hint, HintedPerson
from idp.protocol.errors import INVALID_REQUEST
from idp.protocol.provider import Provider
from idp.protocol.tokens.kinds import is_id_token

_NO_ACCESS_TOKEN = ""
_LONGEST_TYPED = 64


class AccountFinder(Protocol):
    """Finds an account by a number or an officer's name."""

    async def for_sign_in(self, number_index: bytes) -> SignInRecord | None:
        """Return the account that an index finds."""


class HintedPeople(Struct, frozen=True):
    """Finds who is meant. A client of the sandbox means invented people only, and any client those whom it takes."""

    provider: Provider
    accounts: AccountFinder
    grants: GrantReader
    number_index: HashKey

    async def of(self, client: Client, hint: Hint, now: datetime) -> HintedPerson:
        """Return whom a hint is about, be it nobody; raises `OAuth2Error` for a token that is none of ours."""
        if hint.kind == "id_token_hint":
            return await self._by_token(client, hint.value, now)
        typed = hint.value[:_LONGEST_TYPED]
        try:
            name = SignInName.parse(typed)
            found_by = name.text if name else PersonalNumber.parse(typed).digits
        except DeclaredValueError:
            # Nobody has such a name: looked for all the same, and answered like a number that nobody has.
            found_by = typed
        record = await self.accounts.for_sign_in(self.number_index.digest(found_by))
        account = record.account if record else None
        if account is None or not _is_taken(client, account):
            return HintedPerson(f"hint:{found_by}")
        return HintedPerson(account.id, account.person_id, account.id)

    async def _by_token(self, client: Client, text: str, now: datetime) -> HintedPerson:
        """Return whose ID token of ours, for this client, was shown: its `jti` names the grant it was issued under."""
        verified = self.provider.verifier.verify_hint(text)
        claims = verified.claims if verified else {}
        grant_id = str(claims.get("jti", "")).partition(".")[0]
        ours = verified is not None and is_id_token(verified) and len(grant_id) == ID_LENGTH
        if not ours or claims.get("aud") != client.client_id:
            raise refusal_of(
                INVALID_REQUEST.because("'id_token_hint' is no ID token of this provider for this client.")
            )
        state = await self.grants.state(GrantId(grant_id), _NO_ACCESS_TOKEN, now)
        if state is None or state.grant.client_id != client.client_id:
            return HintedPerson(f"hint:{grant_id}")
        return HintedPerson(state.grant.account_id, state.grant.person_id, state.grant.account_id)


def _is_taken(client: Client, account: Account) -> bool:
    return account.status is AccountStatus.OPEN and account.kind.value in client.takes_accounts
