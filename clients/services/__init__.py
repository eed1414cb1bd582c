"""Clients that act for themselves: services that call APIs of others, programs that administer."""
