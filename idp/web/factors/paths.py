"""The addresses of factors that other pages lead to."""

CONFIRM, FACTORS = "/account/confirm", "/account/factors"
