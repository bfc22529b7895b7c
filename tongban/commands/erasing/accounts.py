"""The account of a person who is erased: it stays as a number, so that events keep their actor."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction

from tongban.base.notices.models import Notice
from tongban.base.people.models import User


@transaction.atomic
def erase(subject_id: str) -> None:
    Notice.objects.filter(subject_id=subject_id).delete()
    for user in User.objects.select_for_update().filter(subject_id=subject_id):
        for attempts in (AccessAttempt, AccessFailureLog, AccessLog):
            attempts.objects.filter(username=user.username).delete()
        EmailAddress.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        user.username, user.subject_id, user.display_name = f"erased-{user.pk}", "", ""
        user.first_name = user.last_name = user.email = ""
        user.is_active = False
        user.set_unusable_password()
        user.save()
