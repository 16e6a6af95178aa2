from django.urls import path

from apps.credentials.api import views

ONE = "credentials/<uuid:credential_id>"

urlpatterns = [
    path("credentials", views.Credentials.as_view()),
    path("credentials/types", views.Types.as_view()),
    path("credentials/connected", views.Connected.as_view()),
    path("credentials/test", views.TestBefore.as_view()),
    path(ONE, views.OneCredential.as_view()),
    path(f"{ONE}/versions", views.Versions.as_view()),
    path(f"{ONE}/access", views.Accesses.as_view()),
    path(f"{ONE}/connect", views.Connect.as_view()),
    path(f"{ONE}/disconnect", views.Disconnect.as_view()),
    path(f"{ONE}/users", views.Users.as_view()),
    path(f"{ONE}/rotate", views.Rotate.as_view()),
    path(f"{ONE}/test", views.TestStored.as_view()),
]

# On the host where everybody signs in; a one-host install has the screen's page there.
public_only = [
    path("oauth/callback", views.Callback.as_view()),
    path("oauth/callback/<str:host>", views.Callback.as_view()),
]
