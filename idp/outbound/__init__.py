"""Lines to other systems: what keeps one that is slow or silent from harming the rest, and how it is doing."""
