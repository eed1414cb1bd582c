"""Faults of mutual TLS: whose certificate would be believed, and what it would open."""

from tests.mutants.fault import Fault

_CERTIFICATES = "tests/unit/protocol/client_auth/test_certificates*.py"

FAULTS = (
    Fault(
        id="certificate-from-anybody",
        area="protocol",
        breaks="RFC 9440 4: the header is believed from trusted proxies alone.",
        file="idp/app/proxies.py",
        text="        if self._form is None or peer not in self._forwarded.trusted_hosts:\n",
        instead="        if self._form is None:\n",
        tests=("tests/unit/app/test_proxies*.py",),
    ),
    Fault(
        id="certificate-of-two",
        area="protocol",
        breaks="RFC 9440 2.4: of two headers one may have come from outside.",
        file="idp/protocol/sender/certificates.py",
        text="    if len(values) > 1:\n",
        instead="    if not values:\n        return None\n    if False:\n",
        tests=("tests/unit/protocol/sender/test_certificates*.py",),
    ),
    Fault(
        id="certificate-of-any-name",
        area="protocol",
        breaks="RFC 8705 2.1: a trusted authority's certificate proves the client that it names, and no other.",
        file="idp/protocol/client_auth/tls_client_auth.py",
        text="        named = is_subject(client, shown)\n",
        instead="        named = is_subject(client, shown) or True\n",
        tests=(_CERTIFICATES,),
    ),
    Fault(
        id="certificate-at-any-time",
        area="protocol",
        breaks="RFC 5280 4.1.2.5: a certificate that has ended proves nothing.",
        file="idp/protocol/client_auth/tls_client_auth.py",
        text="        .time(now)\n",
        instead="        .time(shown.not_valid_before_utc)\n",
        tests=(_CERTIFICATES,),
    ),
    Fault(
        id="certificate-of-a-server",
        area="protocol",
        breaks="RFC 5280 4.2.1.12: a certificate that is for servers proves no client.",
        file="idp/protocol/client_auth/tls_client_auth.py",
        text="    if usage is not None and ExtendedKeyUsageOID.CLIENT_AUTH not in usage:\n",
        instead="    if False:\n",
        tests=(_CERTIFICATES,),
    ),
    Fault(
        id="any-key-is-registered",
        area="protocol",
        breaks="RFC 8705 2.2: the certificate's key is one that the client registered.",
        file="idp/protocol/client_auth/self_signed_tls_client_auth.py",
        text='one.get("use", "sig") == "sig" and key.items() <= one.items() for one',
        instead='one.get("use", "sig") == "sig" for one',
        tests=(_CERTIFICATES,),
    ),
    Fault(
        id="proof-for-a-certificate",
        area="protocol",
        breaks="RFC 8705 3: a client whose tokens are bound to its certificate gets none by a key of anybody's.",
        file="idp/protocol/sender/binding.py",
        text="    if by_certificate and facts.x5t_s256 is None:\n",
        instead="    if by_certificate and facts.x5t_s256 is None and facts.jkt is None:\n",
        tests=("tests/unit/protocol/sender/test_binding*.py",),
    ),
    Fault(
        id="refreshed-with-any-certificate",
        area="protocol",
        breaks="RFC 8705 4: a public client's refresh token is bound to its certificate.",
        file="idp/protocol/token/authorization_code.py",
        text="server.record.binding.holder)",
        instead="server.record.binding.jkt)",
        tests=("tests/unit/protocol/sender/test_binding*.py",),
    ),
)
