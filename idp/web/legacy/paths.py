"""The addresses of today's sign-on (vietnam.md 8.1; those of its software where no portal's code names them)."""

# Metadata name -> path, as in the one table of routes.
OLD_ENDPOINTS = {
    "authorization_endpoint": "/oauth2/authorize",
    "token_endpoint": "/oauth2/token",
    "userinfo_endpoint": "/oauth2/userinfo",
    "introspection_endpoint": "/oauth2/introspect",
    "revocation_endpoint": "/oauth2/revoke",
    "end_session_endpoint": "/oidc/logout",
    "jwks_uri": "/oauth2/jwks",
}
OLD_DISCOVERY = (
    "/oauth2/token/.well-known/openid-configuration",
    "/oauth2/oidcdiscovery/.well-known/openid-configuration",
)
