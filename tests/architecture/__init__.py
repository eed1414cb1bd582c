"""Rules about the tree itself: shape, imports, repository hygiene, and the test servers."""
