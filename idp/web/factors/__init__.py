"""The pages of passwords, passkeys, second factors and contacts."""
