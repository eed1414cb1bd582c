"""What implements the ports: stores, registers, egress, messaging."""
