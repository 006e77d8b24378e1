"""The service: who answered, what was flagged, who reviewed it. Holds no question text and no clinical
threshold."""
