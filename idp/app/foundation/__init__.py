"""What one process opens once and every feature shares: stores, outbound services, keys, messages."""
