"""The endpoints of the protocol: metadata name -> path. What is routed is what discovery says."""

ENDPOINTS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/userinfo",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/revoke",
    "end_session_endpoint": "/logout",
    "jwks_uri": "/jwks.json",
}
DISCOVERY = "/.well-known/openid-configuration"
