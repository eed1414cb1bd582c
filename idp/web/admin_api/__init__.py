"""The administration API at `/admin/api/v1`: one table of operations, from which routes, document and tests come."""
