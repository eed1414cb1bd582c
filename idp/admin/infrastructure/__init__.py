"""What the provider itself runs with: keys, registers, upstream providers."""
