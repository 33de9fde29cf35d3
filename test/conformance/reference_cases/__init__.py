"""Cases for the reference interpreter, one module a family of operations."""
