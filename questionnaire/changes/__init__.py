"""Changes to a definition, all pure: made one at a time, and compared in words."""
