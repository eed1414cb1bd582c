"""Dynamic registration on the stores."""
