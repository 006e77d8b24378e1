"""One reading of an answered questionnaire: the patient, the paper, the desk and the preview all show this one."""
