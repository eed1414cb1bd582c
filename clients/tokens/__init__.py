"""What a client registers of its tokens: who can read them, what type they have, what is in them."""
