"""How log-in behaves."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedRegistration(DefaultAccountAdapter):
    """Accounts are opened by the platform, never by a visitor."""

    def is_open_for_signup(self, request) -> bool:
        return False
