"""A fifth suite, imagined: one folder and one line in the registry."""
