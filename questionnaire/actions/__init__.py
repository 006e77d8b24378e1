"""Every write to a questionnaire: drafts, publishing, the editorial record, and what the prover said of a
text."""
