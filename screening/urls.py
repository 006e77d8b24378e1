"""Every address of the service. Health probes are answered by middleware (health.py)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("screening.patient.urls")),
    path("staff/", include("screening.staff.urls")),
    path("editor/", include("questionnaire.editor.urls")),
    path("accounts/", include("screening.accounts.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "screening.error_pages.bad_request"
handler403 = "screening.error_pages.permission_denied"
handler404 = "screening.error_pages.not_found"
handler500 = "screening.error_pages.server_error"
