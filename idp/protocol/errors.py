"""The OAuth errors that the engine raises, under our own roof: nobody above imports Authlib."""

from authlib.oauth2.rfc6749.errors import OAuth2Error

__all__ = ["OAuth2Error"]
