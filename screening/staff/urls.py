"""Addresses of the review desk. They hold references and filters, never a name or an answer."""

from __future__ import annotations

from django.urls import path

from screening.core import converters  # noqa: F401  makes <reference:…> known
from screening.staff import (
    clinic_settings,
    contact_requests,
    counts,
    impact,
    invitations,
    kiosk_codes,
    overview,
    queue,
    review,
    saved_views,
    submission,
)

urlpatterns = [
    path("", queue.show_queue, name="queue"),
    path("search/", queue.search_submissions, name="search"),
    path("shortcuts/", queue.set_shortcuts, name="shortcuts"),
    path("views/", saved_views.save_view, name="keep-view"),
    path("views/<int:view_id>/forget/", saved_views.delete_view, name="forget-view"),
    path("settings/", clinic_settings.edit_clinic_settings, name="settings"),
    path("settings/test-mail/", clinic_settings.send_test_mail, name="test-mail"),
    path("counts/", counts.show_counts, name="counts"),
    path("overview/", overview.show_overview, name="overview"),
    path("impact/<slug:slug>/<int:number>/", impact.show_impact, name="impact"),
    path("kiosk/", kiosk_codes.show_kiosk_code, name="kiosk"),
    path("invitations/", invitations.show_invitations, name="invitations"),
    path("invitations/poster/", invitations.show_poster, name="poster"),
    path("invitations/<int:invitation_id>/revoke/", invitations.revoke_invitation, name="revoke"),
    path("contact/<int:contact_id>/", contact_requests.show_contact, name="contact"),
    path("contact/<int:contact_id>/done/", contact_requests.settle_contact, name="contact-done"),
    path("<reference:reference>/", submission.show_submission, name="submission"),
    path("<reference:reference>/claim/", review.claim_submission, name="claim"),
    path("<reference:reference>/assign/", review.assign_submission, name="assign"),
    path("<reference:reference>/note/", review.add_note, name="note"),
    path("<reference:reference>/flag/", review.judge_flag, name="judge-flag"),
    path("<reference:reference>/decide/", review.decide_submission, name="decide"),
    path("<reference:reference>/reached/", review.record_reached, name="reached"),
    path("<reference:reference>/reading/", review.record_reading, name="reading"),
    path("<reference:reference>/assess-again/", review.assess_again, name="assess-again"),
    path("<reference:reference>/reopen/", review.reopen_submission, name="reopen"),
    path("<reference:reference>/undo/", review.undo_last_step, name="undo"),
]
