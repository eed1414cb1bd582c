"""The addresses of a person's links to other providers."""

OWN_LINKS = "/account/upstreams"
LINK = f"{OWN_LINKS}/link"
