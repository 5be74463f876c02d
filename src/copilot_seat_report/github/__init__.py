"""GitHub's REST API, read only."""
