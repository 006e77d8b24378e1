"""One reading of an answered questionnaire: for the patient, on paper, at the desk and in the preview."""
