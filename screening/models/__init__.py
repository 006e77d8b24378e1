"""Every table of the service, and the only ones that hold patient data. Import models from here."""

from screening.models.answer_tally import AnswerTally
from screening.models.audit import AuditEvent, AuditSeal
from screening.models.clinic_settings import ClinicSettings
from screening.models.contact_request import ContactRequest
from screening.models.invitation import Invitation
from screening.models.resume import StashedPage
from screening.models.review import ReviewEntry, SavedView
from screening.models.session import StaffSession
from screening.models.staff_mail import StaffMail
from screening.models.submission import RaisedFlag, Submission

__all__ = [
    "AnswerTally",
    "AuditEvent",
    "AuditSeal",
    "ClinicSettings",
    "ContactRequest",
    "Invitation",
    "RaisedFlag",
    "ReviewEntry",
    "SavedView",
    "StaffMail",
    "StaffSession",
    "StashedPage",
    "Submission",
]
