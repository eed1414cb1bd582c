"""Acting for a child: the population register names the guardian."""
