from allauth.account.urls import urlpatterns as account_pages
from django.urls import include, path

# Accounts are opened by administrators and have no address to write to, so nobody resets a
# password by himself. The log-in form links to the reset where the page exists.
account_pages = [
    page for page in account_pages if not (page.name or "").startswith("account_reset_password")
]

urlpatterns = [
    path("", include("tongban.web.portal.urls")),
    path("api/v1/", include("tongban.web.api.urls")),
    path("ui/", include("tongban.web.ui.urls")),
    path("accounts/", include(account_pages)),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("workbench/", include("tongban.web.workbench.urls")),
]

handler400 = "tongban.web.ui.problems.unreadable"
handler403 = "tongban.web.ui.problems.forbidden"
handler404 = "tongban.web.ui.problems.not_found"
handler500 = "tongban.web.ui.problems.server_error"
