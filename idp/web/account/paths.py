"""The addresses of the account that other pages lead to."""

HOME, IDENTITY, NOTICES = "/account", "/account/identity", "/account/notices"
# Takes "this was not me" of somebody who is signed in.
OWN_NOT_ME = "/account/not-me"
RATE = "/rate"
