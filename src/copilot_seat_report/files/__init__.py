"""The writers of the report's files, one for each format."""
