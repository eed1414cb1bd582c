"""How a finding of `idp transparency verify` is told: a line for people, a document for programs."""

from idp.transparency.auditing import Finding, FindingKind

_TEXTS = {
    FindingKind.CHECKPOINT_FORGED: "the checkpoint is not signed by a key of the key set",
    FindingKind.OTHER_ISSUER: "the checkpoint that was kept is signed for another issuer: {detail}",
    FindingKind.LOG_SHRUNK: "the checkpoint that was kept is over {index} entries: the log is shorter now",
    FindingKind.LOG_REWRITTEN: "the first {index} entries are not those of the checkpoint that was kept: rewritten",
    FindingKind.ENTRY_MISSING: "entry {index} is not there",
    FindingKind.ENTRY_CHANGED: "entry {index} is not the one that was signed",
    FindingKind.ENTRY_STRANGE: "entry {index} is no JSON in one spelling of the members that an entry has",
    FindingKind.ENTRIES_DIFFER: "the {index} entries are not those that were signed; which ones cannot be told",
    FindingKind.PROOF_WRONG: "the proof for {index} that is answered does not prove it",
    FindingKind.CHECKPOINT_OLD: "the checkpoint is of {detail}: signing stopped, or newer ones are held back",
    FindingKind.KEPT_KEY_GONE: "the checkpoint that was kept is signed by {detail}, which is not in the key set",
    FindingKind.NO_PROOFS: "a copy answers no proofs: all entries were computed instead",
}


def line_of(finding: Finding) -> str:
    """Return a finding as a line: whether it is serious, and what is the matter where."""
    verdict = "FOUND" if finding.serious else "note "
    return f"{verdict}  {_TEXTS[finding.kind].format(index=finding.index, detail=finding.detail)}"


def document_of(finding: Finding) -> dict[str, object]:
    """Return a finding for programs; members that it lacks are left out."""
    document: dict[str, object] = {"kind": finding.kind.value, "serious": finding.serious}
    if finding.index is not None:
        document["index"] = finding.index
    return document | ({"detail": finding.detail} if finding.detail else {})


def history_line(index: int, entry: dict[str, object]) -> str:
    """Return one entry of a client's history."""
    by = entry.get("by")
    reported = [f"{name}={value}" for name, value in by.items()] if isinstance(by, dict) else []
    parts = (f"  {index:>8}", entry.get("at", ""), entry.get("kind", ""), entry.get("digest", ""), *reported)
    return "  ".join(str(part) for part in parts if part)
