"""The earlier report to compare with: finding it and reading its history.json."""
