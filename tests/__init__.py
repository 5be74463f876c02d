"""A package, so that this name means this folder: a dependency installs a `tests` of its own."""
