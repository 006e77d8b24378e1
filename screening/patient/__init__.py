"""The patient's journey: start page, questions, interruption, check answers, result.

Views write nothing themselves.
"""
