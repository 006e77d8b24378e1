"""How fast it is, measured against what it is compared with in the same run."""
