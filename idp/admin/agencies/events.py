"""What the log says of a change of agencies: its name, codes and the day."""

from collections.abc import Mapping

from idp.admin.agencies.commands import Act, Close, Command, Found, Merge, Move, Rename, Split
from idp.audit.model import EventName

AGENCY_EVENTS: Mapping[type[Command], EventName] = {
    Found: EventName.AGENCY_FOUNDED,
    Rename: EventName.AGENCY_RENAMED,
    Move: EventName.AGENCY_MOVED,
    Merge: EventName.AGENCY_MERGED,
    Split: EventName.AGENCY_SPLIT,
    Close: EventName.AGENCY_CLOSED,
}


def about(command: Command, act: Act) -> dict[str, str]:
    """Return what the event of a command says: codes and the day."""
    match command:
        case Found(code, kind, parent):
            said = {"agency": code, "kind": kind.value, "parent": parent}
        case Rename(code) | Close(code):
            said = {"agency": code}
        case Move(code, parent):
            said = {"agency": code, "parent": parent}
        case Merge(codes):
            said = {"agency": command.target, "others": " ".join(codes)}
        case Split(code, parts):
            said = {"agency": code, "others": " ".join(part.code for part in parts)}
    return {**said, "day": act.day.isoformat()}
