"""How fast and how lean the action is, measured against yardsticks in the same run: `make bench`."""
