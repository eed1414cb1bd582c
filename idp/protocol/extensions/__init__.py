"""What this provider adds: acting for others, assisted filing, verified claims."""
