"""What each role of staff may do: least privilege, by named permissions. Given to people by
actions/people.py.

- Reviewer: reads submissions and works on them.
- Editor: edits questionnaires; reads no submission.
- Administrator: accounts, clinic settings, and the second signature on a weakened rule; reads submissions.
"""

from __future__ import annotations

REVIEWER, EDITOR, ADMINISTRATOR = "Reviewer", "Editor", "Administrator"

_REVIEW = ("screening.view_submission", "screening.review_submission", "screening.export_submission")
_EDIT = (
    *("questionnaire.view_questionnaire", "questionnaire.view_version", "questionnaire.change_version"),
    *("questionnaire.publish_version",),
)
_ADMINISTER = (
    *("auth.view_user", "auth.add_user", "auth.change_user", "auth.view_group"),
    *("screening.view_clinicsettings", "screening.add_clinicsettings", "screening.view_auditevent"),
    *("questionnaire.approve_weakening", "questionnaire.view_questionnaire", "questionnaire.view_version"),
)
ROLES: dict[str, tuple[str, ...]] = {
    REVIEWER: _REVIEW,
    EDITOR: _EDIT,
    ADMINISTRATOR: (*_ADMINISTER, *_REVIEW),
}
"""Each role with its permissions."""


def may_review(role: str) -> bool:
    """Whether people in this role work on submissions."""
    return "screening.review_submission" in ROLES.get(role, ())
