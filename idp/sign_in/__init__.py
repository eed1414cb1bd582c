"""Signing in: password or passkey, second step, step-up, levels of assurance, devices and limits."""
