"""How a finding of `idp audit verify` is told: a line for people, a document for programs."""

from idp.audit.findings import Finding, FindingKind
from idp.audit.verifying import UNSEALED_COUNTED
from idp.cli.output import moment

_BROKEN = {
    "previous": "it does not follow the checkpoint before it: that one was replaced",
    "after": "it does not begin where the one before ends",
    "total": "its count of all events does not follow from the one before",
    "kept_elsewhere": "it is another than the one that was kept elsewhere: the chain was written anew",
}
_TEXTS = {
    FindingKind.EVENTS_DIFFER: "its events are not those that were sealed; which one cannot be told",
    FindingKind.LISTING_CHANGED: "its list of events was changed; the events cannot be compared one by one",
    FindingKind.CHECKPOINT_FORGED: "the provider did not sign this",
    FindingKind.CHAIN_TRUNCATED: "it was kept elsewhere, {} events up to it, and the chain ends before it: truncated",
    FindingKind.NEVER_SEALED: "nothing is sealed: either no sealer ever ran, or the whole chain was removed",
    FindingKind.KEY_WITHDRAWN: "the newest is signed by {}, which was withdrawn: `idp audit seal`, then verify again",
    FindingKind.EVENTS_FORGOTTEN: "{} events are gone, old enough to have been forgotten with their persons",
    FindingKind.EVENTS_UNSEALED: "{} events after it are not sealed yet",
    FindingKind.SEALING_OVERDUE: "the newest is older than it should be: sealing stopped, or newer ones were removed",
    FindingKind.SEALING_PAUSED: "nothing was sealed between {} and it",
}


def line_of(finding: Finding) -> str:
    """Return a finding as a line: whether it is serious, which checkpoint of what time, and what is the matter."""
    verdict = "FOUND" if finding.serious else "note "
    return f"{verdict}  {_place(finding)}: {_text(finding)}"


def document_of(finding: Finding) -> dict[str, object]:
    """Return a finding for programs; members that it lacks are left out."""
    document: dict[str, object] = {
        "kind": finding.kind.value,
        "checkpoint": finding.place.number,
        "since": finding.place.since,
        "until": finding.place.until,
        "event_id": finding.event_id,
        "event_at": finding.event_at,
        "sealed_as": finding.other_id,
        "detail": finding.detail,
    }
    return {"serious": finding.serious} | {name: value for name, value in document.items() if value not in (None, "")}


def _place(finding: Finding) -> str:
    place = finding.place
    if not place.number:
        return "no checkpoint"
    if not place.to_id:
        return f"checkpoint {place.number}"
    since = moment(place.since) if place.since else "the beginning"
    return f"checkpoint {place.number} ({since} to {moment(place.until)})"


def _text(finding: Finding) -> str:
    return _of_event(finding) if finding.event_id else _of_chain(finding)


def _of_event(finding: Finding) -> str:
    event = f"event {finding.event_id} of {moment(finding.event_at)}"
    match finding.kind:
        case FindingKind.EVENT_REMOVED:
            return f"{event} was removed"
        case FindingKind.EVENT_EDITED:
            return f"{event} was edited"
        case FindingKind.EVENT_ADDED:
            return f"{event} was added after the sealing"
        case FindingKind.EVENT_MOVED:
            return f"{event} holds what was sealed as {finding.other_id}: it was moved"
        case _:
            return f"{event} was committed after its time was sealed, and sealed then"


def _of_chain(finding: Finding) -> str:
    match finding.kind:
        case FindingKind.CHAIN_BROKEN:
            return _BROKEN[finding.detail]
        case FindingKind.CHECKPOINT_MISSING:
            first, last = finding.detail.split()
            return f"{first} is missing" if first == last else f"{first} to {last} are missing"
        case FindingKind.EVENTS_UNSEALED if int(finding.detail) == UNSEALED_COUNTED:
            return f"{finding.detail} events or more after it are not sealed yet"
        case _:
            return _TEXTS[finding.kind].format(finding.detail)
