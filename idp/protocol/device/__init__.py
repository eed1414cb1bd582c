"""Requests of devices (RFC 8628): their codes, what they may ask for, how a person answers."""
