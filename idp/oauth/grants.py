"""What the token endpoint loads for each grant before it decides: the I/O of the rows of `GRANTS`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from idp.grants.ports import GrantReader
from idp.oauth.codes import CodeStore
from idp.oauth.devices.polls import DeviceLoader
from idp.oauth.persons import PersonReader
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.token import authorization_code, device_code, refresh_token
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.refresh_token import RefreshFacts
from idp.protocol.tokens.identity_claims import NOBODY
from records.structs import replace

_NO_ACCESS_TOKEN = ""


class GrantLoader(Protocol):
    """Loads what one grant decides on."""

    async def load(self, form: Form, now: datetime) -> object:
        """Return the facts of the grant; facts of nothing where its parameter is absent: refusing is the decision's."""


class CodeLoader(Struct, frozen=True):
    """What the short-lived store has of a presented code."""

    provider: Provider
    codes: CodeStore
    persons: PersonReader

    async def load(self, form: Form, now: datetime) -> CodeFacts:
        """Return the code by its hash."""
        code = form.get("code")
        if not code:
            return CodeFacts(b"", None)
        code_hash = self.provider.token_hash.digest(code)
        found = await self.codes.get(code_hash)
        return CodeFacts(code_hash, found, await self.persons.of_code(found, now) if found else NOBODY)


class RefreshLoader(Struct, frozen=True):
    """The grant of a presented refresh token."""

    provider: Provider
    grants: GrantReader
    persons: PersonReader

    async def load(self, form: Form, now: datetime) -> RefreshFacts:
        """Return the token, if it is genuine, with its grant as it stands."""
        text = form.get("refresh_token")
        token = self.provider.refresh_tokens.parse(text) if text else None
        state = await self.grants.state(token.grant_id, _NO_ACCESS_TOKEN, now) if token else None
        person = await self.persons.of_grant(state.grant, state.grant.scope, "id_token", now) if state else NOBODY
        return RefreshFacts(token, state, person)


def grant_loaders(
    provider: Provider, codes: CodeStore, grants: GrantReader, persons: PersonReader, devices: DeviceLoader
) -> Mapping[str, GrantLoader]:
    """Return the loaders by `grant_type`; a grant that decides on its client alone has none."""
    return {
        authorization_code.GRANT.grant_type: CodeLoader(provider, codes, persons),
        refresh_token.GRANT.grant_type: RefreshLoader(provider, grants, persons),
        device_code.GRANT.grant_type: devices,
        device_code.BACKCHANNEL_GRANT.grant_type: replace(devices, parameter="auth_req_id"),
    }
