"""Routes of single sign-on. `public_only` on the host where people sign in, the others on tenants' hosts."""

from django.urls import path

from apps.sso.api.views import browser, connections, people

public_only = [path("api/v1/auth/discover", people.Discover.as_view())]
tenant_only = [
    path("auth/sso/<uuid:connection_id>/start", browser.Start.as_view()),
    path("auth/sso/<uuid:connection_id>/callback", browser.Callback.as_view()),
    path("auth/sso/<uuid:connection_id>/logout", browser.Logout.as_view()),
    path("api/v1/sso/connections", connections.Connections.as_view()),
    path("api/v1/sso/connections/<uuid:connection_id>", connections.OneConnection.as_view()),
    path("api/v1/sso/connections/<uuid:connection_id>/test", connections.TryOut.as_view()),
    path("api/v1/sso/connections/<uuid:connection_id>/link", people.Link.as_view()),
    path("api/v1/sso/connections/<uuid:connection_id>/domains", connections.Domains.as_view()),
    path(
        "api/v1/sso/connections/<uuid:connection_id>/domains/<uuid:domain_id>",
        connections.OneDomain.as_view(),
    ),
    path(
        "api/v1/sso/connections/<uuid:connection_id>/domains/<uuid:domain_id>/verify",
        connections.VerifyDomain.as_view(),
    ),
    path("api/v1/sso/identities", people.Identities.as_view()),
    path("api/v1/sso/identities/<uuid:identity_id>", people.OneIdentity.as_view()),
    path("api/v1/sso/way-out", people.SignOutElsewhere.as_view()),
]
