"""Errors: one public code, a private detail, and when to try again."""

from datetime import timedelta

from idp.kernel.errors import IdpError, TemporarilyUnavailableError
from idp.outbound.http import EgressError


def test_an_error_without_a_detail_says_its_code() -> None:
    error = IdpError()
    assert (error.code, error.detail, str(error)) == ("server_error", "", "server_error")


def test_a_detail_stays_beside_the_public_code() -> None:
    error = IdpError("row of session-1 is gone")
    assert (error.code, error.detail) == ("server_error", "row of session-1 is gone")


def test_unavailability_says_when_to_try_again() -> None:
    error = TemporarilyUnavailableError("pool is full", retry_after=timedelta(seconds=7))
    assert (error.code, error.detail, error.retry_after) == (
        "temporarily_unavailable",
        "pool is full",
        timedelta(seconds=7),
    )
    assert TemporarilyUnavailableError().retry_after == timedelta(seconds=2)


def test_a_failed_call_has_one_word_for_counting() -> None:
    error = EgressError("timeout", "after 3 s")
    assert (error.code, error.reason, error.detail) == ("temporarily_unavailable", "timeout", "after 3 s")
    assert EgressError("refused").detail == "refused"
