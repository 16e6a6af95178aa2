from django.urls import path

from apps.executions.api import views

urlpatterns = [
    path("executions", views.Executions.as_view()),
    path("executions/<uuid:execution_id>", views.OneExecution.as_view()),
    path("workflows/<uuid:workflow_id>/execute", views.ExecuteWorkflow.as_view()),
    path("executions/<uuid:execution_id>/log", views.ExecutionLog.as_view()),
    path("executions/<uuid:execution_id>/steps/<str:node_id>/log", views.StepLog.as_view()),
    path("executions/<uuid:execution_id>/steps/<str:node_id>/decide", views.DecideStep.as_view()),
    path("executions/<uuid:execution_id>/approvals", views.Approvals.as_view()),
    path("executions/<uuid:execution_id>/steps/<str:node_id>/approve", views.ApproveStep.as_view()),
    path("executions/<uuid:execution_id>/steps/<str:node_id>/reject", views.RejectStep.as_view()),
    path("executions/cancel", views.CancelExecutions.as_view()),
    path("executions/retry", views.RetryExecutions.as_view()),
    path("executions/<uuid:execution_id>/pause", views.PauseExecution.as_view()),
    path("executions/<uuid:execution_id>/resume", views.ResumeExecution.as_view()),
    path("executions/<uuid:execution_id>/retry", views.RetryExecution.as_view()),
    path("executions/<uuid:execution_id>/blobs/<uuid:blob_id>", views.ExecutionBlob.as_view()),
    path("executions/<uuid:execution_id>/cancel", views.CancelExecution.as_view()),
]
