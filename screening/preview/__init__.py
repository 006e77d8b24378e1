"""A version as a patient meets it: the patient's own pages over a draft held in memory.

Nothing is saved or sent.
"""
