"""The operator command `idp`, run as a process of its own against real stores."""
