"""The composition root, on plain parts."""
