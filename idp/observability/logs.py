"""Structured logging: one JSON line an event, on standard error."""

import logging
import sys

import orjson
import structlog


def set_up_logs() -> None:
    """Send our events to standard error as JSON, and keep libraries from saying what is not theirs to say."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_to_bytes),
        ],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    # Authlib writes whole tokens at DEBUG in every grant; no level of ours may bring them out.
    logging.getLogger("authlib").setLevel(logging.CRITICAL)


def _to_bytes(event: object, **_: object) -> bytes:
    return orjson.dumps(event, default=repr)
