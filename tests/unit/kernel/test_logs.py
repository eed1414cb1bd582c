"""What libraries say is one JSON line, with type and place of an error and never its text."""

import io
import logging
import sys

import orjson
import pytest

from idp.kernel.logs import JsonLines, tell_of_crash

SECRET = "001899000001 said hunter2"


def line_of(record_text: str, error: BaseException | None = None, level: int = logging.ERROR) -> dict[str, object]:
    """Return the one line that a library's message becomes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("some.driver")
    logger.addHandler(handler)
    logger.log(level, "%s", record_text, exc_info=error)
    logger.removeHandler(handler)
    (line,) = written.getvalue().splitlines()
    reported: dict[str, object] = orjson.loads(line)
    return reported


def failing() -> BaseException:
    def break_off() -> None:
        raise ConnectionResetError(SECRET)

    def fail() -> None:
        try:
            break_off()
        except ConnectionResetError as cause:
            raise ValueError(SECRET) from cause

    with pytest.raises(ValueError, match="said") as raised:
        fail()
    return raised.value


def test_a_drivers_traceback_is_one_line_with_type_cause_and_place() -> None:
    reported = line_of("Exception in callback", failing())
    assert (reported["event"], reported["logger"], reported["level"]) == ("library_message", "some.driver", "error")
    assert (reported["message"], reported["kind"], reported["cause"]) == (
        "Exception in callback",
        "ValueError",
        "ConnectionResetError",
    )
    assert str(reported["frames"]).startswith(f"['{__name__}:")
    assert SECRET not in str(reported)


def test_what_asyncio_adds_to_its_message_is_left_out_because_it_quotes_the_error() -> None:
    reported = line_of(f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{SECRET}')>")
    assert reported["message"] == "Task exception was never retrieved"


def test_a_plain_message_has_no_places() -> None:
    assert line_of("Invalid HTTP request received.", level=logging.WARNING).keys() == {
        "event",
        "logger",
        "level",
        "timestamp",
        "message",
    }


def test_an_error_that_ends_the_process_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    error = failing()
    tell_of_crash(type(error), error, error.__traceback__)
    (line,) = capsys.readouterr().err.splitlines()
    assert orjson.loads(line)["event"] == "process_failed"
    assert SECRET not in line
    assert sys.excepthook is not tell_of_crash
