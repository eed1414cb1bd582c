"""`idp worker`: the background jobs in a process of their own."""

import asyncio
import signal
from contextlib import suppress

from idp.cli.output import tell
from idp.cli.schema import check_schema
from idp.observability.logs import set_up_logs
from idp.settings import Settings, read_settings
from idp.worker import run_worker
from keys.providers.file import load_master_key


def worker_command() -> None:
    """Deliver what waits to be sent (SMS, logout notices) until SIGTERM or Ctrl-C. The servers do this too."""
    settings = read_settings()
    set_up_logs()
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    await check_schema(settings.database_url)
    # Only `prepare` and the server make a master key: a mistyped path must not become a second one.
    load_master_key(settings.master_key_file)
    task, loop = asyncio.ensure_future(run_worker(settings)), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    tell("idp worker: delivering")
    with suppress(asyncio.CancelledError):
        await task
