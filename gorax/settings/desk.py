"""How the operators' admin looks and what it leads to: the product's own colours, and a menu of what operators do."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy


def _shades(hue: int, by_name: dict[str, tuple[float, float]]) -> dict[str, str]:
    return {name: f"oklch({light} {chroma} {hue})" for name, (light, chroma) in by_name.items()}


# As frontend/src/styles.css has them: greys of hue 265, one accent of hue 277.
GREYS = _shades(
    265,
    {
        "50": (0.985, 0.002),
        "100": (0.967, 0.003),
        "200": (0.915, 0.005),
        "300": (0.83, 0.008),
        "400": (0.7, 0.012),
        "500": (0.535, 0.017),
        "600": (0.45, 0.017),
        "700": (0.36, 0.016),
        "800": (0.242, 0.01),
        "900": (0.207, 0.009),
        "950": (0.155, 0.008),
    },
)
ACCENT = _shades(
    277,
    {
        "50": (0.975, 0.012),
        "100": (0.955, 0.022),
        "200": (0.9, 0.05),
        "300": (0.82, 0.09),
        "400": (0.75, 0.13),
        "500": (0.7, 0.14),
        "600": (0.53, 0.18),
        "700": (0.48, 0.18),
        "800": (0.4, 0.15),
        "900": (0.34, 0.11),
        "950": (0.295, 0.06),
    },
)


def _entry(title: str, icon: str, route: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{route}")}


MENU = [
    {
        "title": "Tenants",
        "items": [
            _entry("Tenants", "apartment", "tenants_tenant_changelist"),
            _entry("Hosts", "language", "tenants_domain_changelist"),
            _entry("Usage", "monitoring", "usage"),
            _entry("Plans", "sell", "tenants_planfigures_changelist"),
            _entry("Mail domains", "alternate_email", "sso_maildomain_changelist"),
            _entry("Acting as members", "person_play", "tenants_session_changelist"),
        ],
    },
    {"title": "Work", "items": [_entry("Queue", "pending_actions", "queue")]},
    {"title": "People", "items": [_entry("People", "group", "accounts_user_changelist")]},
]
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "gorax operators",
    "SITE_HEADER": "gorax",
    "SITE_SUBHEADER": "Operators",
    "SITE_SYMBOL": "account_tree",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}
    ],
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {"base": GREYS, "primary": ACCENT},
    "ACCOUNT": {"navigation": [{"title": "Your account", "link": "/account"}]},
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": MENU},
}
