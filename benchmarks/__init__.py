"""How fast and how lean the action is, beside yardsticks measured in the same run: `make bench`."""
