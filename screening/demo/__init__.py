"""Made-up patients and a made-up desk, for demonstrations and for measuring load."""
