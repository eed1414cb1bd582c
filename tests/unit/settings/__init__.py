"""National settings: what documents may say, and what follows from them."""
