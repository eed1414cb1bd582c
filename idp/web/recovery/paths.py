"""The addresses of recovery that other pages lead to."""

RECOVER = "/recover"
NOT_ME = "/not-me"
NOT_ME_DONE = f"{NOT_ME}/done"
