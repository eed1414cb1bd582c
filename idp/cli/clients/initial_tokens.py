"""`idp clients initial-token` and its kin: who may register clients dynamically, and whose statements are trusted."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import orjson
import typer

from clients.local_days import day_of
from idp.admin.dynamic_registration.effects import (
    DistrustPublisher,
    IssueInitialToken,
    RevokeInitialToken,
    TrustPublisher,
)
from idp.admin.dynamic_registration.events import TOKEN
from idp.admin.dynamic_registration.model import MOST_PUBLISHERS, MOST_TOKENS, InitialToken, InitialTokenId
from idp.admin.dynamic_registration.tokens import IssuedToken, TokenCommand, about, made_publisher, made_token
from idp.admin.errors import InvalidInputError
from idp.app.admin.agency_lineage import StandingLineages
from idp.app.foundation.opening import Foundation
from idp.app.foundation.registration_secrets import registration_secrets
from idp.audit.model import EventName
from idp.cli.errors import OperatorError
from idp.cli.output import AsJson, moment, say, say_json, say_table
from idp.cli.session import operator_event, operator_name, run
from idp.kernel.effects import Effect
from idp.officers.roles import NATIONAL
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from idp.transparency.published import AGENCY

_USUAL = RegistrationPolicy(hosts=())
_SHOWN = timedelta(days=90)
_MOST_SHOWN = 1000
Agency = Annotated[str, typer.Option(metavar="CODE", help="The agency that answers for the clients.")]
OfAgency = Annotated[str, typer.Option(metavar="CODE", help="The agency that trusts it; without it the country.")]


def initial_token_command(
    *,
    agency: Agency,
    label: Annotated[str, typer.Option(help="What it is for.")],
    host: Annotated[list[str], typer.Option(help="A host of the clients, or an app's scheme with its colon.")],
    uses: Annotated[int, typer.Option(min=1, help="How many clients it registers.")] = 1,
    days: Annotated[int, typer.Option(min=1, help="How long it counts.")] = 30,
    scope: Annotated[str, typer.Option(help="The scopes that it gives.")] = " ".join(_USUAL.scope),
    grant_types: Annotated[str, typer.Option(help="The grants that it gives.")] = " ".join(_USUAL.grant_types),
    profile: Annotated[str, typer.Option(help="The security profile of the clients.")] = _USUAL.security_profile,
    kind: Annotated[str, typer.Option(help="What the clients are: a template.")] = _USUAL.kind,
    statement_required: Annotated[bool, typer.Option(help="Take nothing but a trusted software statement.")] = False,
    as_json: AsJson = False,
) -> None:
    """Issue an initial access token (RFC 7591), printed this once: whoever has it registers clients in the sandbox."""
    policy = _policy(
        hosts=host,
        scope=scope.split(),
        grant_types=grant_types.split(),
        security_profile=profile,
        kind=kind,
        software_statement_required=statement_required,
    )
    command = TokenCommand(agency=agency, label=label, policy=policy, uses=uses, valid_for=timedelta(days=days))
    issued = run(lambda foundation: _issue(foundation, command))
    if as_json:
        say_json({**_document(issued.token), "initial_access_token": issued.secret})
        return
    say(f"initial access token {issued.token.id}, shown this once: {issued.secret}")
    say(f"It registers {uses} client(s) of {agency} until {moment(issued.token.expires_at)}.")


def initial_tokens_command(*, as_json: AsJson = False) -> None:
    """List initial access tokens: those that count, and those that ended within ninety days."""
    found = run(_list)
    if as_json:
        say_json([_document(one) for one in found])
        return
    rows = [
        (one.id, one.agency, one.label, f"{one.uses_left}/{one.uses}", moment(one.expires_at), _state(one))
        for one in found
    ]
    say_table(("TOKEN", "AGENCY", "LABEL", "USES LEFT", "ENDS", "STATE"), rows)


def revoke_initial_token_command(token_id: Annotated[str, typer.Argument(metavar="TOKEN")]) -> None:
    """Let an initial access token register nothing more; what it registered stays."""
    run(lambda foundation: _revoke(foundation, InitialTokenId(token_id)))
    say(f"{token_id} registers nothing more.")


def trust_software_command(
    issuer: Annotated[str, typer.Argument(help="`iss` of the publisher's software statements.")],
    jwks: Annotated[Path, typer.Argument(help="A JWK Set with its public keys.")],
    *,
    agency: OfAgency = NATIONAL,
) -> None:
    """Trust a publisher's software statements (RFC 7591 2.3), with the keys in JWKS from now on."""
    run(lambda foundation: _trust(foundation, agency, issuer, _keys(jwks)))
    say(f"Software statements of {issuer} are trusted.")


def distrust_software_command(issuer: Annotated[str, typer.Argument()], *, agency: OfAgency = NATIONAL) -> None:
    """Trust a publisher's software statements no longer."""
    run(lambda foundation: _distrust(foundation, agency, issuer))
    say(f"Software statements of {issuer} are trusted no longer.")


def _policy(**members: object) -> RegistrationPolicy:
    try:
        return msgspec.convert(members, RegistrationPolicy)
    except msgspec.ValidationError as error:
        raise OperatorError(f"the token cannot be issued: {error}") from error


async def _issue(foundation: Foundation, command: TokenCommand) -> IssuedToken:
    now = foundation.clock.now()
    stands = bool(await StandingLineages(foundation.database.agencies).lineage(command.agency, day_of(now)))
    try:
        token = made_token(command, stands, operator_name(), now, operator=True)
    except InvalidInputError as error:
        raise _operator_error(error) from error
    secret, token_hash = registration_secrets(foundation).new_initial()
    event = operator_event(EventName.INITIAL_TOKEN_ISSUED, now, reason="issued", details=about(token))
    issuing = IssueInitialToken(token=token, token_hash=token_hash, most=MOST_TOKENS)
    await _commit(foundation, f"{command.agency} has as many tokens as it may; revoke one", issuing, event)
    return IssuedToken(token, secret)


async def _list(foundation: Foundation) -> list[InitialToken]:
    since = foundation.clock.now() - _SHOWN
    return list(await foundation.database.registrations.tokens(None, since, "", _MOST_SHOWN))


async def _revoke(foundation: Foundation, token_id: InitialTokenId) -> None:
    now = foundation.clock.now()
    event = operator_event(EventName.INITIAL_TOKEN_REVOKED, now, reason="revoked", details={TOKEN: token_id})
    missing = f"no token {token_id} counts; `idp clients initial-tokens` shows them"
    await _commit(foundation, missing, RevokeInitialToken(token_id=token_id, at=now), event)


async def _trust(foundation: Foundation, agency: str, issuer: str, jwks: object) -> None:
    now = foundation.clock.now()
    lineages = StandingLineages(foundation.database.agencies)
    stands = agency == NATIONAL or bool(await lineages.lineage(agency, day_of(now)))
    try:
        publisher = made_publisher(agency, issuer, jwks, stands, now)
    except InvalidInputError as error:
        raise _operator_error(error) from error
    details = {AGENCY: agency, "issuer": publisher.issuer}
    event = operator_event(EventName.SOFTWARE_PUBLISHER_TRUSTED, now, reason="trusted", details=details)
    trusting = TrustPublisher(publisher=publisher, most=MOST_PUBLISHERS)
    await _commit(foundation, "it trusts as many publishers as it may", trusting, event)


async def _distrust(foundation: Foundation, agency: str, issuer: str) -> None:
    now = foundation.clock.now()
    details = {AGENCY: agency, "issuer": issuer}
    event = operator_event(EventName.SOFTWARE_PUBLISHER_DISTRUSTED, now, reason="distrusted", details=details)
    await _commit(foundation, f"nobody there trusts {issuer}", DistrustPublisher(agency=agency, issuer=issuer), event)


async def _commit(foundation: Foundation, too_late: str, *effects: Effect) -> None:
    if not await foundation.database.ledger.commit(*effects):
        raise OperatorError(too_late)


def _keys(file: Path) -> object:
    try:
        return orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise OperatorError(f"{file} is no JWK Set that can be read") from error


def _operator_error(error: InvalidInputError) -> OperatorError:
    return OperatorError("\n".join(str(problem) for problem in error.problems))


def _state(token: InitialToken) -> str:
    if token.revoked_at is not None:
        return f"revoked {moment(token.revoked_at)}"
    return "used up" if token.uses_left == 0 else "counts until then"


def _document(token: InitialToken) -> dict[str, object]:
    return {
        "id": token.id,
        "agency": token.agency,
        "label": token.label,
        "policy": msgspec.to_builtins(token.policy),
        "uses": token.uses,
        "uses_left": token.uses_left,
        "created_by": token.created_by,
        "created_at": moment(token.created_at),
        "expires_at": moment(token.expires_at),
        "revoked_at": moment(token.revoked_at) if token.revoked_at is not None else None,
    }
