"""Routes of people and tenants. `everywhere` on both kinds of host, the others on one."""

from django.urls import path

from apps.tenants.api.views import (
    by_letter,
    cors,
    crossing,
    departure,
    entrance,
    joining,
    members,
    naming,
    own_sessions,
    people,
    second_step,
    trails,
)

everywhere = [
    path("api/v1/auth/sign-out", entrance.SignOut.as_view()),
    path("api/v1/auth/refresh", entrance.Refresh.as_view()),
    path("api/v1/auth/cross", crossing.Cross.as_view()),
    path("auth/cross/bind", crossing.BindCode.as_view()),
    path("api/v1/me", people.Me.as_view()),
    path("api/v1/tenants", people.Tenants.as_view()),
]
public_only = [
    path("api/v1/auth/sign-up", entrance.SignUp.as_view()),
    path("api/v1/auth/sign-in", entrance.SignIn.as_view()),
    path("api/v1/auth/second-factor", second_step.SecondFactor.as_view()),
    path("api/v1/auth/passkey/begin", second_step.PasskeyBegin.as_view()),
    path("api/v1/auth/passkey", second_step.PasskeySignIn.as_view()),
    path("api/v1/auth/confirm/begin", second_step.ConfirmBegin.as_view()),
    path("api/v1/auth/confirm", second_step.Confirm.as_view()),
    path("api/v1/auth/forgot", by_letter.Forgot.as_view()),
    path("api/v1/auth/reset", by_letter.Reset.as_view()),
    path("api/v1/auth/confirm-email", by_letter.ConfirmEmail.as_view()),
    path("api/v1/auth/invitation", by_letter.LookAtInvitation.as_view()),
    path("api/v1/auth/invitation/accept", by_letter.AcceptInvitation.as_view()),
    path("api/v1/auth/invitation/sign-up", by_letter.InvitedSignUp.as_view()),
    path("api/v1/tenants/<uuid:tenant_id>/deletion", departure.Deletion.as_view()),
    path("api/v1/account/sessions", own_sessions.Sessions.as_view()),
    path("api/v1/account/sessions/<uuid:root>", own_sessions.OneSession.as_view()),
]
tenant_only = [
    path("auth/cross", crossing.SpendCode.as_view()),
    path("api/v1/tenant", naming.ThisTenant.as_view()),
    path("api/v1/tenant/cors", cors.TenantCors.as_view()),
    path("api/v1/api-keys", people.ApiKeys.as_view()),
    path("api/v1/api-keys/<uuid:key_id>", people.OneApiKey.as_view()),
    path("api/v1/roles", members.Roles.as_view()),
    path("api/v1/roles/built-in", members.BuiltInRoles.as_view()),
    path("api/v1/roles/<uuid:role_id>", members.OneRole.as_view()),
    path("api/v1/members", members.Members.as_view()),
    path("api/v1/members/<uuid:user_id>", members.OneMember.as_view()),
    path("api/v1/invitations", joining.Invitations.as_view()),
    path("api/v1/invitations/<uuid:invitation_id>", joining.OneInvitation.as_view()),
    path("api/v1/invitations/<uuid:invitation_id>/resend", joining.ResendInvitation.as_view()),
    path("api/v1/service-accounts", joining.ServiceAccounts.as_view()),
    path("api/v1/service-accounts/<uuid:service_account_id>", joining.OneServiceAccount.as_view()),
    path("api/v1/audit/retention", trails.Retention.as_view()),
    path("api/v1/audit/hold", trails.TrailHold.as_view()),
    path("api/v1/tenant/security", joining.Security.as_view()),
]
