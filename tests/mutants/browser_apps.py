"""Faults of what scripts at other origins may read (decision 86)."""

from tests.mutants.fault import Fault

_EDGE = "tests/unit/web/test_cross_origin*.py"
_CLIENTS = "tests/unit/clients/addresses/test_browser_apps*.py"

FAULTS = (
    Fault(
        id="any-origin",
        area="pages",
        breaks="SE-9: only a registered origin reads answers.",
        file="idp/web/http/cross_origin.py",
        text='        return named[0] if len(named) == 1 and named[0].decode("latin-1") in self._origins else None\n',
        instead="        return named[0] if len(named) == 1 else None\n",
        tests=(_EDGE,),
    ),
    Fault(
        id="any-route",
        area="pages",
        breaks="RFC 9700 2.6: scripts read no page and no authorization endpoint.",
        file="idp/web/http/cross_origin.py",
        text=" for one in routes if one.browser_apps}\n",
        instead=" for one in routes}\n",
        tests=(_EDGE,),
    ),
    Fault(
        id="one-answer-for-every-origin",
        area="pages",
        breaks="Fetch 3.3.3: a cache gives no origin the answer to another.",
        file="idp/web/http/cross_origin.py",
        text="        return (_VARY,) if origin is None else ",
        instead="        return () if origin is None else ",
        tests=(_EDGE,),
    ),
    Fault(
        id="origin-of-a-disabled-app",
        area="admin",
        breaks="A client that is disabled loses its origin.",
        file="clients/addresses/browser_apps.py",
        text="    return client.active and not client.confidential",
        instead="    return not client.confidential",
        tests=(_CLIENTS,),
    ),
    Fault(
        id="origin-of-a-server",
        area="admin",
        breaks="Pages of a portal that has a server call its server.",
        file="clients/addresses/browser_apps.py",
        text="    return client.active and not client.confidential",
        instead="    return client.active",
        tests=(_CLIENTS,),
    ),
)
