"""The report's sources, one module each; each returns checked records."""
