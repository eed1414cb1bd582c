"""Sessions: how long they live and rest."""
