"""Addresses of the preview. They stand below /editor/, where they are led to from."""

from django.urls import path

from screening.preview import views

app_name = "preview"

urlpatterns = [
    path("<slug:slug>/<int:number>/preview/", views.preview, name="version"),
    path("preview/<str:token>/", views.shared, name="shared"),
]
