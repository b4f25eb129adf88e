"""The staff's API."""

from django.urls import path

from matching.api import ListProgress, RunProgress

app_name = "matching"

urlpatterns = [
    path("runs/<int:run_id>/", RunProgress.as_view(), name="run-progress"),
    path("lists/<uuid:list_id>/", ListProgress.as_view(), name="list-progress"),
]
