"""The demonstration people of `make run`."""
