"""The earlier report that this one is compared with: finding it, and reading what it left."""
