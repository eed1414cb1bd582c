"""Requests that are answered at another device (RFC 8628, CIBA): asked, entered, decided, redeemed, told."""
