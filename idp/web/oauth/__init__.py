"""The endpoints that programs call, and what is published for them."""
