"""Use cases of whoever lets others register: initial access tokens, and publishers whose statements are trusted."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from clients.errors import Problem, RuleBrokenError
from clients.fields import as_text
from clients.jwk_set import as_jwks
from clients.local_days import day_of
from idp.admin.actor import Actor
from idp.admin.dynamic_registration.effects import (
    DistrustPublisher,
    IssueInitialToken,
    RevokeInitialToken,
    TrustPublisher,
)
from idp.admin.dynamic_registration.events import TOKEN
from idp.admin.dynamic_registration.model import (
    LONGEST,
    MOST_PUBLISHERS,
    MOST_TOKENS,
    MOST_USES,
    InitialToken,
    InitialTokenId,
    Publisher,
    RegisteredClient,
)
from idp.admin.dynamic_registration.ports import RegistrationReader
from idp.admin.dynamic_registration.secrets import RegistrationSecrets
from idp.admin.dynamic_registration.token_rules import policy_problems
from idp.admin.errors import ConflictError, InvalidInputError, NotFoundError
from idp.admin.permissions import Permission, agencies_of
from idp.agencies.ports import AgencyLineages
from idp.audit.model import EventName
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import new_id
from idp.officers.roles import NATIONAL
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from idp.transparency.published import AGENCY
from records.structs import Unprinted, replace


class TokenCommand(Struct, frozen=True, kw_only=True):
    """A token as somebody wants it."""

    agency: str
    label: str
    policy: RegistrationPolicy
    uses: int
    valid_for: timedelta


class IssuedToken(Unprinted, Struct, frozen=True):
    """A token and its secret, which is shown once."""

    token: InitialToken
    secret: str


class TokenOverview(Unprinted, Struct, frozen=True):
    """A token, and the clients that came by it and are there still."""

    token: InitialToken
    came: Sequence[RegisteredClient]


class RegistrationTokens(Unprinted, Struct, frozen=True):
    """Issues, lists and revokes initial access tokens, and says whose statements are trusted."""

    reader: RegistrationReader
    ledger: Ledger
    lineages: AgencyLineages
    clock: Clock
    secrets: RegistrationSecrets

    async def issue(self, actor: Actor, command: TokenCommand) -> IssuedToken:
        """Issue a token. Raises `InvalidInputError`, `ConflictError` where the agency has too many."""
        now = self.clock.now()
        lineage = await self.lineages.lineage(command.agency, day_of(now))
        actor.demand(Permission.CLIENTS_SECRET, lineage)
        token = made_token(command, bool(lineage), actor.officer_code, now, operator=False)
        secret, token_hash = self.secrets.new_initial()
        issuing = IssueInitialToken(token=token, token_hash=token_hash, most=MOST_TOKENS)
        event = actor.event(EventName.INITIAL_TOKEN_ISSUED, now, details=about(token))
        if not await self.ledger.commit(issuing, event):
            raise ConflictError("the agency has as many tokens as it may")
        return IssuedToken(token, secret)

    async def list_tokens(self, actor: Actor, after_id: str, limit: int) -> Sequence[InitialToken]:
        """Return the tokens of the actor's agencies that can be used or ended within the last ninety days."""
        agencies = await self._agencies(actor)
        return await self.reader.tokens(agencies, self.clock.now() - timedelta(days=90), after_id, limit)

    async def find(self, actor: Actor, token_id: InitialTokenId) -> TokenOverview:
        """Return a token with what came of it. Raises `NotFoundError`, of another agency's too."""
        token = await self.reader.token_by_id(token_id)
        actor.demand(Permission.CLIENTS_READ, await self._lineage(token.agency if token else NATIONAL))
        if token is None:
            raise NotFoundError(token_id)
        return TokenOverview(token, await self.reader.registered_by(token_id))

    async def revoke(self, actor: Actor, token_id: InitialTokenId) -> InitialToken:
        """End a token and return it; the clients that it registered stay. Raises `NotFoundError`, `ConflictError`."""
        now = self.clock.now()
        token = await self.reader.token_by_id(token_id)
        lineage = await self._lineage(token.agency if token else NATIONAL)
        actor.demand(Permission.CLIENTS_CHANGE, lineage)
        if token is None:
            raise NotFoundError(token_id)
        event = actor.event(EventName.INITIAL_TOKEN_REVOKED, now, details=about(token))
        if not await self.ledger.commit(RevokeInitialToken(token_id=token_id, at=now), event):
            raise ConflictError("the token was revoked already")
        return replace(token, revoked_at=now)

    async def list_publishers(self, actor: Actor) -> Sequence[Publisher]:
        """Return whose statements the actor's agencies trust."""
        return await self.reader.publishers(await self._agencies(actor))

    async def trust(self, actor: Actor, agency: str, issuer: str, jwks: object) -> Publisher:
        """Trust a publisher's statements, with these keys from now on. Raises `InvalidInputError`, `ConflictError`."""
        now = self.clock.now()
        lineage = await self._lineage(agency)
        actor.demand(Permission.CLIENTS_SECRET, lineage)
        publisher = made_publisher(agency, issuer, jwks, agency == NATIONAL or bool(lineage), now)
        event = actor.event(
            EventName.SOFTWARE_PUBLISHER_TRUSTED, now, details={AGENCY: agency, "issuer": publisher.issuer}
        )
        if not await self.ledger.commit(TrustPublisher(publisher=publisher, most=MOST_PUBLISHERS), event):
            raise ConflictError("the agency trusts as many publishers as it may")
        return publisher

    async def distrust(self, actor: Actor, agency: str, issuer: str) -> None:
        """Trust a publisher no longer: its clients change nothing any more. Raises `NotFoundError`."""
        actor.demand(Permission.CLIENTS_CHANGE, await self._lineage(agency))
        details = {AGENCY: agency, "issuer": issuer}
        event = actor.event(EventName.SOFTWARE_PUBLISHER_DISTRUSTED, self.clock.now(), details=details)
        if not await self.ledger.commit(DistrustPublisher(agency=agency, issuer=issuer), event):
            raise NotFoundError(issuer)

    async def _lineage(self, agency: str) -> tuple[str, ...]:
        return await self.lineages.lineage(agency, day_of(self.clock.now())) if agency else ()

    async def _agencies(self, actor: Actor) -> Sequence[str] | None:
        actor.demand_somewhere(Permission.CLIENTS_READ)
        tops, day = agencies_of(actor.grants, Permission.CLIENTS_READ), day_of(self.clock.now())
        if NATIONAL in tops:
            return None
        return sorted({code for top in tops for code in await self.lineages.subtree(top, day)})


def made_token(command: TokenCommand, stands: bool, created_by: str, now: datetime, *, operator: bool) -> InitialToken:  # noqa: FBT001
    """Return a token as it is wished. Raises `InvalidInputError` with every problem; `stands`: its agency does."""
    problems = list(policy_problems(command.policy, operator=operator))
    if not stands:
        problems.append(_no_agency(command.agency))
    if not 1 <= command.uses <= MOST_USES:
        problems.append(_out_of_range("uses", MOST_USES))
    if not timedelta(0) < command.valid_for <= LONGEST:
        problems.append(_out_of_range("valid_days", LONGEST.days))
    label = _text("label", command.label, problems)
    if problems:
        raise InvalidInputError(problems)
    return InitialToken(
        id=InitialTokenId(new_id()),
        agency=command.agency,
        label=label,
        policy=command.policy,
        uses=command.uses,
        uses_left=command.uses,
        created_by=created_by,
        created_at=now,
        expires_at=now + command.valid_for,
    )


def made_publisher(agency: str, issuer: str, jwks: object, stands: bool, now: datetime) -> Publisher:  # noqa: FBT001
    """Return a publisher as somebody wants to trust it. Raises `InvalidInputError`."""
    problems: list[Problem] = []
    if not stands:
        problems.append(_no_agency(agency))
    named = _text("issuer", issuer, problems)
    keys: Mapping[str, list[dict[str, str]]] = {}
    try:
        keys = as_jwks(jwks)
    except RuleBrokenError as error:
        problems.append(Problem("jwks", error.rule, error.reason, error.remedy))
    if problems:
        raise InvalidInputError(problems)
    return Publisher(agency=agency, issuer=named, jwks=keys, added_at=now)


def about(token: InitialToken) -> dict[str, str]:
    """Return what the audit log says of a token."""
    return {
        AGENCY: token.agency,
        TOKEN: token.id,
        "uses": str(token.uses),
        "ends_at": token.expires_at.isoformat(),
        "security_profile": token.policy.security_profile,
    }


def _text(field: str, value: str, problems: list[Problem]) -> str:
    try:
        return as_text(value)
    except RuleBrokenError as error:
        problems.append(Problem(field, error.rule, error.reason, error.remedy))
        return ""


def _no_agency(code: str) -> Problem:
    return Problem("agency", "unknown-agency", f"{code} is no agency today", "name one that stands")


def _out_of_range(field: str, most: int) -> Problem:
    return Problem(field, "range", f"it is not from 1 to {most}", "write a number")
