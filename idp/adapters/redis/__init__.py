"""The short-lived store on Redis, for any number of processes."""
