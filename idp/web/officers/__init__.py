"""The pages where officers set their accounts up."""
