"""Structured logging: one JSON line an event, on standard error, whoever says it."""

import logging
import sys
from collections.abc import MutableMapping
from types import TracebackType

import orjson
import structlog

_MAX_MESSAGE, _MAX_FRAMES = 300, 12
_clock = structlog.processors.TimeStamper(fmt="iso", utc=True)
# Said by the application itself, in a line of its own, with the reason.
_SAID_BEFORE = frozenset({"Application startup failed. Exiting."})


class JsonLines(logging.Formatter):
    """A library's message as one line: the first line of what it says, and of an error its type and place.

    An error's own text is left out, here as everywhere: drivers quote values in it, and asyncio quotes the error.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "event": "library_message",
            "logger": record.name,
            "level": record.levelname.lower(),
            "message": record.getMessage().strip().partition("\n")[0][:_MAX_MESSAGE],
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= described(record.exc_info[1])
        return orjson.dumps(_clock(None, "", line), default=repr).decode()


def set_up_logs() -> None:
    """Send our events to standard error as JSON, and what libraries say, and what ends the process, likewise."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _clock,
            _describe_error,
            structlog.processors.JSONRenderer(serializer=_to_bytes),
        ],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(lambda record: record.getMessage() not in _SAID_BEFORE)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.captureWarnings(capture=True)
    sys.excepthook = tell_of_crash
    # Authlib writes whole tokens at DEBUG in every grant; no level of ours may bring them out.
    logging.getLogger("authlib").setLevel(logging.CRITICAL)


def described(error: BaseException) -> dict[str, object]:
    """Return type, cause and place of an error, and never its text, which may hold personal data."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    cause = type(error.__cause__).__name__ if error.__cause__ else None
    return {"kind": type(error).__name__, "cause": cause, "frames": frames[-_MAX_FRAMES:]}


def tell_of_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write down the error that ends the process; in place of `sys.excepthook`."""
    if issubclass(kind, KeyboardInterrupt):
        return
    line = {"event": "process_failed", "level": "critical", **described(error.with_traceback(trace))}
    print(orjson.dumps(_clock(None, "", line), default=repr).decode(), file=sys.stderr, flush=True)


def _describe_error(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Put type and place in the stead of `exc_info`, which our own events are given by `exception()`."""
    asked = event.pop("exc_info", None)
    error = sys.exc_info()[1] if asked is True else asked
    return {**described(error), **event} if isinstance(error, BaseException) else event


def _to_bytes(event: object, **_: object) -> bytes:
    return orjson.dumps(event, default=repr)
