"""Contacts: phones and e-mail addresses, confirmed by a code before they count."""
