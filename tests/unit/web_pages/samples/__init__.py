"""Sample pages."""
