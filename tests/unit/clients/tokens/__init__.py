"""What a client wants its tokens to be."""
