"""The instrument: what we ask, and what an answer means. Holds no patient data."""
