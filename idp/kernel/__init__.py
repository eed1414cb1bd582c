"""What every package needs and none owns: ids, time, errors, secrets, effects, short-lived storage, egress."""
