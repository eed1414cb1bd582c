"""What every room needs and no room owns: ids, time, errors, secrets, effects, short-lived storage, egress."""
