"""The guarded HTTP client and the message gateway, against local servers."""
