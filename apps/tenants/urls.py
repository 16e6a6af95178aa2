"""Routes of people and tenants. `everywhere` on both kinds of host, the others on one."""

from django.urls import path

from apps.tenants.api.views import cors, entrance, members, people

everywhere = [
    path("api/v1/auth/sign-out", entrance.SignOut.as_view()),
    path("api/v1/auth/refresh", entrance.Refresh.as_view()),
    path("api/v1/auth/cross", entrance.Cross.as_view()),
    path("api/v1/me", people.Me.as_view()),
    path("api/v1/tenants", people.Tenants.as_view()),
]
public_only = [
    path("api/v1/auth/sign-up", entrance.SignUp.as_view()),
    path("api/v1/auth/sign-in", entrance.SignIn.as_view()),
]
tenant_only = [
    path("auth/cross", entrance.SpendCode.as_view()),
    path("api/v1/tenant/cors", cors.TenantCors.as_view()),
    path("api/v1/api-keys", people.ApiKeys.as_view()),
    path("api/v1/api-keys/<uuid:key_id>", people.OneApiKey.as_view()),
    path("api/v1/roles", members.Roles.as_view()),
    path("api/v1/roles/built-in", members.BuiltInRoles.as_view()),
    path("api/v1/roles/<uuid:role_id>", members.OneRole.as_view()),
    path("api/v1/members", members.Members.as_view()),
    path("api/v1/members/<uuid:user_id>", members.OneMember.as_view()),
]
