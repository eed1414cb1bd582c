"""By which modes an authorization response travels (OAuth 2.0 Multiple Response Types 2.1)."""

from enum import StrEnum


class ResponseMode(StrEnum):
    """The modes that are built: discovery names these, and the edge renders each."""

    QUERY = "query"
