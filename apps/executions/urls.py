from django.urls import path

from apps.executions.api.views import acting, choosing, home, showing, usage, wishes, writing

urlpatterns = [
    path("executions", showing.Executions.as_view()),
    path("executions/<uuid:execution_id>", showing.OneExecution.as_view()),
    path("workflows/<uuid:workflow_id>/execute", acting.ExecuteWorkflow.as_view()),
    path("workflows/<uuid:workflow_id>/samples", writing.Samples.as_view()),
    path("workflows/<uuid:workflow_id>/preview", writing.Preview.as_view()),
    path("nodes/<str:kind>/choices", choosing.Choices.as_view()),
    path("workflows/trends", home.Trends.as_view()),
    path("home", home.Home.as_view()),
    path("executions/<uuid:execution_id>/log", showing.ExecutionLog.as_view()),
    path("executions/<uuid:execution_id>/steps", showing.Steps.as_view()),
    path("executions/<uuid:execution_id>/steps/<str:node_id>", showing.OneStep.as_view()),
    path("executions/<uuid:execution_id>/steps/<str:node_id>/log", showing.StepLog.as_view()),
    path("executions/<uuid:execution_id>/steps/<str:node_id>/decide", acting.DecideStep.as_view()),
    path("executions/<uuid:execution_id>/approvals", showing.Approvals.as_view()),
    path(
        "executions/<uuid:execution_id>/steps/<str:node_id>/approve", acting.ApproveStep.as_view()
    ),
    path("executions/<uuid:execution_id>/steps/<str:node_id>/reject", acting.RejectStep.as_view()),
    path("tenant/usage", usage.TenantUsage.as_view()),
    path("tenant/usage/months", usage.TenantUsageByMonth.as_view()),
    path("executions/cancel", acting.CancelExecutions.as_view()),
    path("executions/delete", acting.DeleteExecutions.as_view()),
    path("executions/count", wishes.CountExecutions.as_view()),
    path("executions/wishes", wishes.Wishes.as_view()),
    path("executions/wishes/cancel", wishes.WishCancel.as_view()),
    path("executions/wishes/retry", wishes.WishRetry.as_view()),
    path("executions/wishes/delete", wishes.WishDelete.as_view()),
    path("executions/wishes/<uuid:wish_id>", wishes.OneWish.as_view()),
    path("executions/wishes/<uuid:wish_id>/stop", wishes.StopWish.as_view()),
    path("executions/retry", acting.RetryExecutions.as_view()),
    path("executions/<uuid:execution_id>/pause", acting.PauseExecution.as_view()),
    path("executions/<uuid:execution_id>/resume", acting.ResumeExecution.as_view()),
    path("executions/<uuid:execution_id>/retry", acting.RetryExecution.as_view()),
    path("executions/<uuid:execution_id>/blobs/<uuid:blob_id>", showing.ExecutionBlob.as_view()),
    path("executions/<uuid:execution_id>/cancel", acting.CancelExecution.as_view()),
]
