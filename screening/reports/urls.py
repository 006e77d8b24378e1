"""Addresses of papers and files that staff take from the desk; they stand below /staff/."""

from __future__ import annotations

from django.urls import path

from screening.core import converters  # noqa: F401  makes <reference:…> known
from screening.reports import downloads
from screening.reports.specification_page import download_specification

urlpatterns = [
    path("specification/<slug:slug>/<int:number>.pdf", download_specification, name="specification-pdf"),
    path("export.csv", downloads.download_queue, name="queue-csv"),
    path("<reference:reference>/summary/", downloads.show_summary, name="summary"),
    path("<reference:reference>/summary.pdf", downloads.download_summary, name="summary-pdf"),
    path("<reference:reference>/submission.json", downloads.download_submission, name="submission-json"),
]
