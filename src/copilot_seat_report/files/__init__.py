"""From tables to files: one writer a format."""
