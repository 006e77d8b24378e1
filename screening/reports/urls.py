"""Addresses of papers and files that staff take from the desk; they stand below /staff/."""

from __future__ import annotations

from django.urls import path

from screening.core import converters  # noqa: F401  makes <reference:…> known
from screening.reports import pages, specification_page

urlpatterns = [
    path("specification/<slug:slug>/<int:number>.pdf", specification_page.specification_pdf, name="specification-pdf"),
    path("export.csv", pages.queue_csv, name="queue-csv"),
    path("<reference:reference>/summary/", pages.summary_page, name="summary"),
    path("<reference:reference>/summary.pdf", pages.summary_pdf, name="summary-pdf"),
    path("<reference:reference>/submission.json", pages.submission_json, name="submission-json"),
]
