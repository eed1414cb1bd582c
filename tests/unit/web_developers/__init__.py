"""The corner of portal teams, apart from its pages."""
