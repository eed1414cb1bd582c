"""Officers: what others are told of them."""
