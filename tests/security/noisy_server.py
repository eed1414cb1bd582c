"""The provider with every logger of every library at its noisiest: `python -m tests.security.noisy_server`."""

import logging
import runpy
import sys

if __name__ == "__main__":
    # Before `server.py` sets up its own: `basicConfig` leaves a root logger alone that has a handler.
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    # These set a level of their own when they are imported, unless they have one.
    for name in ("sqlalchemy", "aiosqlite", "asyncio", "aiohttp", "redis", "asyncpg", "uvicorn.error", "uvicorn.asgi"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger("noisy").debug("nothing is held back")
    runpy.run_path("server.py", run_name="__main__")
