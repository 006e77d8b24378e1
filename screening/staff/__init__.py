"""The review desk: who needs a person now, why each flag stands, and what the clinic did about it."""
