"""Every address of the service, and the one place where pages of different kinds are put together.

Health probes are answered by middleware (core/health.py).
"""

from django.contrib import admin
from django.urls import include, path

from screening.accounts import urls as accounts
from screening.patient import urls as patient
from screening.patient import visit_paper
from screening.reports import urls as reports
from screening.reports.visit_paper import write_visit_paper
from screening.staff import urls as staff

paper = path("s/result/paper/", visit_paper.paper, {"write": write_visit_paper}, name="paper")

urlpatterns = [
    path("", include(([*patient.urlpatterns, paper], "patient"))),
    path("staff/", include(([*staff.urlpatterns, *reports.urlpatterns], "staff"))),
    path("editor/", include("questionnaire.editor.urls")),
    path("editor/", include("screening.preview.urls")),
    path("accounts/", include(accounts.urlpatterns)),
    path("admin/", admin.site.urls),
]

handler400 = "screening.error_pages.bad_request"
handler403 = "screening.error_pages.permission_denied"
handler404 = "screening.error_pages.not_found"
handler500 = "screening.error_pages.server_error"
