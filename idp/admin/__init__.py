"""Use cases for administrators: agencies, administrators, client registrations, changes under two pairs of eyes."""
