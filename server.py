"""Process entry: settings -> the provider -> uvicorn."""

import gc
import sys

# What imports make stays: looking for garbage among it takes a fifth of the start. On again when the provider is open.
gc.disable()

import uvicorn

from idp.app.connections import DRAIN_TIMEOUT, IDLE_TIMEOUT, TLS_CIPHERS, LimitedConnection
from idp.app.provider import build
from idp.app.proxies import TrustedProxies
from idp.environment import SettingsError, read_settings
from idp.kernel.logs import set_up_logs
from idp.worker import BACKGROUND

if __name__ == "__main__":
    try:
        settings = read_settings()
    except SettingsError as error:
        sys.exit(str(error))
    set_up_logs()
    host, _, port = settings.listen.rpartition(":")
    uvicorn.run(
        # Whom to believe about a connection; nobody unless named. It does what uvicorn's own does, and more.
        TrustedProxies(build(settings, BACKGROUND), settings.trusted_proxies, settings.client_certificates or None),
        host=host.strip("[]"),
        port=int(port),
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        ssl_ciphers=TLS_CIPHERS,
        http=LimitedConnection,
        timeout_keep_alive=int(IDLE_TIMEOUT.total_seconds()),
        timeout_graceful_shutdown=int(DRAIN_TIMEOUT.total_seconds()),
        proxy_headers=False,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
    )
