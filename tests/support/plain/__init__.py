"""Plain second implementations of ports, held to the same contract suites."""
