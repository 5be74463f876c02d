"""What the report is made of: one module a source, each ending in checked records."""
