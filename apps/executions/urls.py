from django.urls import path

from apps.executions.api import views

urlpatterns = [
    path("executions", views.Executions.as_view()),
    path("executions/<uuid:execution_id>", views.OneExecution.as_view()),
    path("workflows/<uuid:workflow_id>/execute", views.ExecuteWorkflow.as_view()),
    path("executions/<uuid:execution_id>/steps/<str:node_id>/decide", views.DecideStep.as_view()),
    path("executions/<uuid:execution_id>/blobs/<uuid:blob_id>", views.ExecutionBlob.as_view()),
    path("executions/<uuid:execution_id>/cancel", views.CancelExecution.as_view()),
]
