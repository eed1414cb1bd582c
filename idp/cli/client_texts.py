"""What applying a client file did, or would do, in words."""

from collections.abc import Iterator

from clients.plan import ApplyPlan
from idp.cli.client_changes import AppliedFile
from idp.cli.output import say, tell


def say_applied(outcome: AppliedFile) -> None:
    """Print the difference field by field, and the secrets that were made, as the result."""
    for line in _lines(outcome):
        say(line)


def tell_applied(outcome: AppliedFile) -> None:
    """Print the same as a remark, for a command whose result is something else."""
    for line in _lines(outcome):
        tell(line)


def applied_document(outcome: AppliedFile) -> dict[str, object]:
    """Return the same for a program. Secrets are in it: this is the one time they are shown."""
    asked = outcome.plan
    return {
        "applied": outcome.applied is not None,
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
        "made_secrets": dict(outcome.applied.made_secrets) if outcome.applied else {},
    }


def _lines(outcome: AppliedFile) -> Iterator[str]:
    asked = outcome.plan
    yield from _changes(asked)
    for warning in asked.warnings:
        yield f"warning: {warning}"
    if outcome.applied is not None:
        for client_id, secret in outcome.applied.made_secrets.items():
            yield f"client_secret of {client_id}, shown this once: {secret}"
    counts = f"{len(asked.created)} new, {len(asked.changed)} changed, {len(asked.unchanged)} unchanged"
    yield counts if outcome.applied is not None else f"{counts} (nothing was written: --dry-run)"


def _changes(asked: ApplyPlan) -> Iterator[str]:
    for one in asked.created:
        yield f"+ {one.client.client_id}"
    for one in asked.changed:
        yield f"~ {one.client.client_id}"
        for difference in one.differences:
            yield f"    {difference}"
