"""Runs one portal by itself: `python -m portals.relying_party CLIENT_ID`."""

import argparse
from pathlib import Path

from portals.relying_party.app import build_app
from portals.relying_party.config import PORTALS, portal_of
from portals.serving import serve


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m portals.relying_party", description=__doc__)
    parser.add_argument("client_id", choices=[portal.client_id for portal in PORTALS])
    parser.add_argument("--keys", type=Path, default=Path("var/portals"), help="folder of the portal's own key")
    arguments = parser.parse_args()
    portal = portal_of(arguments.client_id)
    serve(build_app(portal, arguments.keys), portal.port)


if __name__ == "__main__":
    main()
