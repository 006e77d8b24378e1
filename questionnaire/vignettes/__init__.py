"""Patient stories that guard the rules: run, found missing, kept up to date, and measured. Pure Python."""
