"""The operations of the administration API, one module a subject: rows of the table, and their handlers."""
