"""Acting for an organisation: the enterprise register names the representative."""
