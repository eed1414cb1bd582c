"""What applying a client file did, or would do, in words."""

from collections.abc import Iterator

from clients.plan import ApplyPlan
from idp.cli.clients.changes import AppliedFile
from idp.cli.output import say, say_json, tell


def say_applied(outcome: AppliedFile) -> None:
    """Print the difference field by field, and the secrets that were made, as the result.

    Raises afterwards what interrupted the work, if anything did.
    """
    for line in _lines(outcome):
        say(line)
    if outcome.interrupted is not None:
        raise outcome.interrupted


def say_drift(outcome: AppliedFile, *, as_json: bool) -> bool:
    """Print where the registry differs from the file, and return whether it does anywhere."""
    asked = outcome.plan
    if as_json:
        say_json({**_document(outcome), "not_in_file": list(asked.unnamed)})
    else:
        for line in (*_changes(asked), *(f"not in the file: {client_id}" for client_id in asked.unnamed)):
            say(line)
    return bool(asked.created or asked.changed or asked.unnamed)


def tell_applied(outcome: AppliedFile) -> None:
    """Print what was applied as a remark, for a command whose result is something else."""
    for line in _lines(outcome):
        tell(line)
    if outcome.interrupted is not None:
        raise outcome.interrupted


def say_applied_document(outcome: AppliedFile) -> None:
    """Print what was applied as JSON."""
    say_json(_document(outcome))
    if outcome.interrupted is not None:
        raise outcome.interrupted


def _document(outcome: AppliedFile) -> dict[str, object]:
    asked, applied = outcome.plan, outcome.applied
    return {
        "applied": applied is not None and outcome.interrupted is None,
        "saved": [client.client_id for client in applied.clients] if applied else [],
        "created": [one.client.client_id for one in asked.created],
        "changed": [
            {
                "client_id": one.client.client_id,
                "differences": [
                    {"field": member.field, "before": member.before, "after": member.after}
                    for member in one.differences
                ],
            }
            for one in asked.changed
        ],
        "unchanged": list(asked.unchanged),
        "warnings": list(asked.warnings),
        "made_secrets": dict(applied.made_secrets) if applied else {},
    }


def _lines(outcome: AppliedFile) -> Iterator[str]:
    asked, applied = outcome.plan, outcome.applied
    yield from _changes(asked)
    for warning in asked.warnings:
        yield f"warning: {warning}"
    counts = f"{len(asked.created)} new, {len(asked.changed)} changed, {len(asked.unchanged)} unchanged"
    if applied is None:
        yield f"{counts} (nothing was written: --dry-run)"
        return
    for client_id, secret in applied.made_secrets.items():
        yield f"client_secret of {client_id}, shown this once: {secret}"
    if outcome.interrupted is None:
        yield counts
    else:
        yield f"interrupted: only {', '.join(one.client_id for one in applied.clients) or 'nothing'} was written"


def _changes(asked: ApplyPlan) -> Iterator[str]:
    for one in asked.created:
        yield f"+ {one.client.client_id}"
    for one in asked.changed:
        yield f"~ {one.client.client_id}"
        for difference in one.differences:
            yield f"    {difference}"
