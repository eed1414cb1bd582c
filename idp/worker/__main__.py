"""`python -m idp.worker`: the jobs in a process of their own."""

import asyncio
import sys

from idp.environment import SettingsError, read_settings
from idp.kernel.logs import set_up_logs
from idp.worker.jobs import run_until_stopped

if __name__ == "__main__":
    try:
        read = read_settings()
    except SettingsError as error:
        sys.exit(str(error))
    set_up_logs()
    asyncio.run(run_until_stopped(read))
