"""Rules about several members together."""
