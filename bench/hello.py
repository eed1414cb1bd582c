"""The floor: a bare ASGI program on the server settings of `server.py`. `python -m bench.hello PORT`."""

import sys

import uvicorn
from starlette.types import Receive, Scope, Send

_BODY = b'{"hello":"world"}'
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(_BODY)).encode())]


async def hello(scope: Scope, _: Receive, send: Send) -> None:
    """Answer every request with the same few bytes."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": _BODY})


if __name__ == "__main__":
    uvicorn.run(
        hello,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        lifespan="off",
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1",
        access_log=False,
        log_config=None,
        server_header=False,
    )
