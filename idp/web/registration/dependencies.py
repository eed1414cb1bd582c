"""What the pages of registering are given."""

from msgspec import Struct

from idp.registration.service import Registrations
from idp.web.http.dependencies import WebDependencies


class RegistrationDependencies(Struct, frozen=True):
    """The use case of registering."""

    web: WebDependencies
    registrations: Registrations
