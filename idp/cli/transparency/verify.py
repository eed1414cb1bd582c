"""`idp transparency verify`: an auditor's look at a published log; needs neither settings nor a store."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from clients.model import ClientId
from idp.adapters.egress.allow import EgressAllowError, parse_allow
from idp.adapters.egress.guarded import GuardedCaller
from idp.app.transparency import read_head_of_unknown_key, read_signed_head
from idp.cli.errors import OperatorError
from idp.cli.output import AsJson, moment, say, say_json
from idp.cli.transparency.sources import AtAddress, InFolder, Source, all_leaves, save, signed_text
from idp.cli.transparency.texts import document_of, history_line, line_of
from idp.kernel.clock import SystemClock
from idp.transparency.auditing import Finding, FindingKind, LogAudit, Read
from idp.transparency.model import SignedHead
from keys.errors import TokenInvalidError
from keys.published import published_verifier
from keys.verifier import Verifier

_LONGEST_KEPT = 16_384

From = Annotated[
    str,
    typer.Option("--from", metavar="URL|DIR", help="The provider's address, or a folder that --save wrote."),
]
Kept = Annotated[
    Path | None,
    typer.Option("--checkpoint", metavar="FILE", exists=True, dir_okay=False, help="An earlier checkpoint."),
]
Keys = Annotated[
    Path | None,
    typer.Option("--keys", metavar="FILE", exists=True, dir_okay=False, help="Key set to trust; else /jwks.json."),
]
Client = Annotated[str, typer.Option("--client", metavar="CLIENT-ID", help="Also tell this client's history.")]
Save = Annotated[
    Path | None, typer.Option("--save", metavar="DIR", help="Keep a copy of what was verified, for the next time.")
]
Allow = Annotated[
    str,
    typer.Option(envvar="IDP_EGRESS_ALLOW", help="Hosts that may be called although they are private, or by http."),
]
Authorities = Annotated[
    Path | None, typer.Option("--ca-file", envvar="IDP_EXTRA_CA_FILE", exists=True, help="PEM of further authorities.")
]


def verify_command(
    *,
    address: From,
    kept: Kept = None,
    client: Client = "",
    keys: Keys = None,
    folder: Save = None,
    allow: Allow = "",
    authorities: Authorities = None,
    as_json: AsJson = False,
) -> None:
    """Compute a published log anew and compare it with its checkpoint, and that with an earlier one.

    Exit code 1 if anything is not as it was signed, and where is said.
    """
    try:
        permitted = parse_allow(allow)
    except EgressAllowError as error:
        raise OperatorError(f"--allow: {error}") from error

    trusted = keys.read_bytes() if keys else None
    earlier = _read(kept) if kept else None

    async def verify() -> tuple[Audited, list[bytes]]:
        async with GuardedCaller(permitted, authorities) as caller:
            is_url = address.startswith(("https://", "http://"))
            source: Source = AtAddress(address.rstrip("/"), caller) if is_url else InFolder(Path(address))
            done = await _verify(source, earlier, ClientId(client), trusted)
            wanted = folder is not None and done.signed is not None and not done.serious
            return done, await all_leaves(source, done.signed.head.size) if wanted and done.signed else []

    done, leaves = asyncio.run(verify())
    if folder is not None and not done.serious:
        save(folder, done.checkpoint, done.keys, leaves)
    (_say_document if as_json else _say)(done, client)
    if done.serious:
        sys.exit(1)


class Audited(Struct, frozen=True):
    """What was verified, and what was found; `signed` is None where the checkpoint is nobody's."""

    checkpoint: bytes
    keys: bytes
    signed: SignedHead | None
    found: list[Finding]
    read: Read

    @property
    def serious(self) -> int:
        """Return how many findings are more than a note."""
        return sum(one.serious for one in self.found)


async def _verify(source: Source, kept: str | None, client: ClientId, trusted: bytes | None) -> Audited:
    keys = trusted if trusted is not None else await source.keys()
    verifier, checkpoint = _verifier(keys), await source.checkpoint()
    signed = read_signed_head(verifier, signed_text(checkpoint))
    if signed is None:
        return Audited(checkpoint, keys, None, [Finding(FindingKind.CHECKPOINT_FORGED)], Read())
    earlier, found = _kept(kept, verifier, signed)
    reported, read = await LogAudit(source, signed, earlier, client).run(SystemClock().now())
    return Audited(checkpoint, keys, signed, found + reported, read)


def _verifier(document: bytes) -> Verifier:
    try:
        return published_verifier(document)
    except TokenInvalidError as error:
        raise OperatorError("the key set is none (RFC 7517)") from error


def _read(kept: Path) -> str:
    with kept.open("rb") as opened:
        return signed_text(opened.read(_LONGEST_KEPT))


def _kept(text: str | None, verifier: Verifier, signed: SignedHead) -> tuple[SignedHead | None, list[Finding]]:
    """Read a checkpoint that was kept. Its key may have left the key set since: whoever kept it vouches for it."""
    if text is None:
        return None, []
    found: list[Finding] = []
    earlier = read_signed_head(verifier, text)
    if earlier is None:
        earlier = read_head_of_unknown_key(verifier, text)
        if earlier is not None:
            found.append(Finding(FindingKind.KEPT_KEY_GONE, earlier.head.size, earlier.kid))
    if earlier is None:
        raise OperatorError("--checkpoint: no checkpoint of this transparency log, or its signature is forged")
    if earlier.issuer != signed.issuer:
        found.append(Finding(FindingKind.OTHER_ISSUER, earlier.head.size, earlier.issuer))
    return earlier, found


def _say(done: Audited, client: str) -> None:
    for finding in done.found:
        say(line_of(finding))
    if done.signed is not None:
        head = done.signed.head
        say(f"{head.size} entries, checkpoint of {moment(head.at)} by {done.signed.issuer}, key {done.signed.kid}")
        say(f"root {head.root}")
    if client:
        say(f"{len(done.read.history)} entries of {client}:")
        for index, entry in done.read.history:
            say(history_line(index, entry))
    verdict = f"{done.serious} findings: the log is NOT as it was signed."
    say(verdict if done.serious else "The log is as it was signed.")


def _say_document(done: Audited, client: str) -> None:
    document: dict[str, object] = {"intact": not done.serious}
    if done.signed is not None:
        reported = done.signed.head
        head = {"size": reported.size, "root": reported.root, "at": reported.at}
        document["checkpoint"] = {"issuer": done.signed.issuer, "kid": done.signed.kid, **head}
    document["findings"] = [document_of(finding) for finding in done.found]
    if client:
        document["history"] = [{"index": index, **entry} for index, entry in done.read.history]
    say_json(document)
