from django.urls import path

from apps.workflows.api import views

ONE = "workflows/<uuid:workflow_id>"
VERSION = f"{ONE}/versions/<int:number>"

urlpatterns = [
    path("nodes", views.Nodes.as_view()),
    path("nodes/import-curl", views.ImportCurl.as_view()),
    path("nodes/<str:kind>", views.OneNode.as_view()),
    path("workflows", views.Workflows.as_view()),
    path(ONE, views.OneWorkflow.as_view()),
    path(f"{ONE}/publish", views.Publish.as_view()),
    path(f"{ONE}/activate", views.Activate.as_view()),
    path(f"{ONE}/deactivate", views.Deactivate.as_view()),
    path(f"{ONE}/restore", views.Restore.as_view()),
    path(f"{ONE}/purge", views.Purge.as_view()),
    path(f"{ONE}/dry-run", views.TryOut.as_view()),
    path(f"{ONE}/pins", views.Pins.as_view()),
    path(f"{ONE}/pins/<str:node_id>", views.OnePin.as_view()),
    path(f"{ONE}/versions", views.Versions.as_view()),
    path(VERSION, views.OneVersion.as_view()),
    path(f"{VERSION}/restore", views.TakeUp.as_view()),
]
