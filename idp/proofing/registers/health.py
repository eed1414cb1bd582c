"""The names under which the registers' health is known."""

from enum import StrEnum


class RegisterName(StrEnum):
    """The registers the provider asks."""

    POPULATION = "population"
    ENTERPRISE = "enterprise"
    # The mobile carriers, asked whether a phone is subscribed under a number.
    SUBSCRIBERS = "subscribers"
