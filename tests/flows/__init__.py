"""Whole flows: a strict relying party and a browser against real server processes."""
