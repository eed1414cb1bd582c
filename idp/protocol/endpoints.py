"""The paths of the protocol's endpoints, typed here alone; routes, discovery, audiences and links read them."""

AUTHORIZE = "/authorize"
TOKEN = "/token"  # noqa: S105 (a path)
USERINFO = "/userinfo"
PAR = "/par"
INTROSPECT = "/introspect"
REVOKE = "/revoke"
LOGOUT = "/logout"
CHECK_SESSION = "/check-session"
JWKS = "/jwks.json"
DEVICE_AUTHORIZATION = "/device_authorization"
BACKCHANNEL_AUTHENTICATION = "/backchannel_authentication"
# Where a person enters a device's code (RFC 8628 3.2); below it, the page that has one already.
DEVICE = "/device"
# A client's own address is below it (RFC 7592 2). Not /register: there people open accounts.
REGISTRATION = "/client-registration"

# Metadata name -> path (RFC 8414 2): what is routed is what discovery says.
ENDPOINTS = {
    "authorization_endpoint": AUTHORIZE,
    "token_endpoint": TOKEN,
    "pushed_authorization_request_endpoint": PAR,
    "userinfo_endpoint": USERINFO,
    "introspection_endpoint": INTROSPECT,
    "revocation_endpoint": REVOKE,
    "end_session_endpoint": LOGOUT,
    "check_session_iframe": CHECK_SESSION,
    "device_authorization_endpoint": DEVICE_AUTHORIZATION,
    "backchannel_authentication_endpoint": BACKCHANNEL_AUTHENTICATION,
    "jwks_uri": JWKS,
    "registration_endpoint": REGISTRATION,
}
# Below any issuer, ours and others'.
DISCOVERY = "/.well-known/openid-configuration"
