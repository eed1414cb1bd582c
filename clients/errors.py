"""What can go wrong with the registry of relying parties.

ClientsError
├── RuleBrokenError      one value breaks one rule
│   └── RedirectUriError     a redirect URI does
├── MetadataError        a client's metadata break rules; carries every problem found
├── ClientFileError      a file of clients or agencies cannot be read, or entries of it are wrong
├── ClientChangedError   somebody else changed the client at the same time
└── NoSecretError        the client does not authenticate by a secret
"""

from collections.abc import Sequence

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One broken rule: where, which, why it is one, and what to write instead."""

    field: str
    rule: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}; {self.remedy} [{self.rule}]"


class ClientsError(Exception):
    """The root of this package's errors."""


class RuleBrokenError(ClientsError):
    """A value that may not be registered: the rule's name, why it is one, and what to write instead."""

    def __init__(self, rule: str, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy} [{rule}]")
        self.rule = rule
        self.reason = reason
        self.remedy = remedy


class RedirectUriError(RuleBrokenError):
    """A redirect URI that may not be registered."""


class MetadataError(ClientsError):
    """Metadata that may not be registered; `problems` is never empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

    @property
    def error_code(self) -> str:
        """The code of a registration answer (RFC 7591 3.2.2)."""
        only_redirects = all(problem.field.startswith("redirect_uris") for problem in self.problems)
        return "invalid_redirect_uri" if only_redirects else "invalid_client_metadata"


class ClientFileError(ClientsError):
    """A file of clients or agencies that cannot be applied; `problems` name the entry in their field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class ClientChangedError(ClientsError):
    """The stored client is not the one that was read; read it again and decide anew."""


class NoSecretError(ClientsError):
    """The client authenticates without a secret, so there is none to rotate."""
