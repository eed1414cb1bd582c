"""The pure part of the audit log: tree, entries, comparison, chain."""
