"""The State's registers: the ports to ask them, and why they are asked."""
