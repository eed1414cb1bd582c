"""What `idp doctor` finds: one line about one thing."""

from enum import StrEnum

from msgspec import Struct


class Verdict(StrEnum):
    """How a thing is: right; worth a look; or people or portals are not served until somebody acts."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(Struct, frozen=True):
    """What was looked at, how it is, and what to do ("" where there is nothing to do)."""

    what: str
    verdict: Verdict
    found: str
    remedy: str = ""


def ok(what: str, found: str) -> Finding:
    """Return a finding that nothing is wrong."""
    return Finding(what, Verdict.OK, found)


def warn(what: str, found: str, remedy: str) -> Finding:
    """Return a finding that somebody should look at."""
    return Finding(what, Verdict.WARN, found, remedy)


def fail(what: str, found: str, remedy: str) -> Finding:
    """Return a finding that somebody must act on."""
    return Finding(what, Verdict.FAIL, found, remedy)
