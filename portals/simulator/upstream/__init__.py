"""An upstream OpenID provider like VNeID, in small: a Keycloak realm as its tokens show it (vietnam.md 8.4)."""
