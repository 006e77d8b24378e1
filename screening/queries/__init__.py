"""What lists and pages read: nothing here writes."""
