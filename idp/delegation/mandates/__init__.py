"""Mandates: offered, accepted, limited, ended, and told to both sides."""
