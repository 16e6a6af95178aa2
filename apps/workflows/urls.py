from django.urls import path

from apps.workflows.api.views import bulk, folders, operations, sharing, workflows, writing

ONE = "workflows/<uuid:workflow_id>"
VERSION = f"{ONE}/versions/<int:number>"

urlpatterns = [
    path("nodes", workflows.Nodes.as_view()),
    path("nodes/import-curl", workflows.ImportCurl.as_view()),
    path("nodes/<str:kind>", workflows.OneNode.as_view()),
    path("expressions", writing.Expressions.as_view()),
    path("workflows", workflows.Workflows.as_view()),
    path("folders", folders.Folders.as_view()),
    path("folders/<uuid:folder_id>", folders.OneFolder.as_view()),
    path("tags", folders.Tags.as_view()),
    path("workflows/activate", bulk.ActivateWorkflows.as_view()),
    path("workflows/deactivate", bulk.DeactivateWorkflows.as_view()),
    path("workflows/delete", bulk.DeleteWorkflows.as_view()),
    path("workflows/move", bulk.MoveWorkflows.as_view()),
    path("workflows/tag", bulk.TagWorkflows.as_view()),
    path("workflows/export", bulk.ExportWorkflows.as_view()),
    path(ONE, workflows.OneWorkflow.as_view()),
    path(f"{ONE}/operations", operations.Operations.as_view()),
    path(f"{ONE}/publish", workflows.Publish.as_view()),
    path(f"{ONE}/activate", workflows.Activate.as_view()),
    path(f"{ONE}/deactivate", workflows.Deactivate.as_view()),
    path(f"{ONE}/restore", workflows.Restore.as_view()),
    path(f"{ONE}/purge", workflows.Purge.as_view()),
    path(f"{ONE}/restrict", sharing.Restrict.as_view()),
    path(f"{ONE}/open", sharing.Open.as_view()),
    path(f"{ONE}/shares", sharing.Shares.as_view()),
    path(f"{ONE}/shares/members/<uuid:user_id>", sharing.MemberShare.as_view()),
    path(f"{ONE}/shares/roles/<str:role>", sharing.RoleShare.as_view()),
    path(f"{ONE}/dry-run", workflows.TryOut.as_view()),
    path(f"{ONE}/pins", workflows.Pins.as_view()),
    path(f"{ONE}/pins/<str:node_id>", workflows.OnePin.as_view()),
    path(f"{ONE}/versions", workflows.Versions.as_view()),
    path(VERSION, workflows.OneVersion.as_view()),
    path(f"{VERSION}/restore", workflows.TakeUp.as_view()),
]
