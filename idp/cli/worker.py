"""`idp worker`: the background jobs in a process of their own."""

import asyncio
import os
import sys

from idp.cli.schema import check_schema
from idp.environment import read_settings
from keys.providers.file import load_master_key


def worker_command() -> None:
    """Deliver what waits to be sent (SMS, logout notices) until SIGTERM or Ctrl-C. The servers do this too."""
    settings = read_settings()
    asyncio.run(check_schema(settings.database_url))
    # Only `prepare` and the server make a master key: a mistyped path must not become a second one.
    load_master_key(settings.master_key_file)
    # The same process goes on as the worker, so that whoever supervises it signals the right one.
    os.execv(sys.executable, [sys.executable, "-m", "idp.worker"])  # noqa: S606 (no shell is wanted)
