"""Use cases of administrators as pure calls: the table of permissions, changes, rules."""
