"""Who may correct what."""

from tongban.base.people import queries as people
from tongban.base.people.models import Post, User
from tongban.data.lake.models import Resource
from tongban.errors import Refusal


class NotYourData(Refusal):
    """{resource} belongs to {office}; only its data steward may correct it."""

    zh = "{resource} 由{office}提供，只有该单位的数据管理员可以更正。"


def check_can_correct(user: User, resource: Resource) -> None:
    if resource.owner.code not in people.offices_as(user, Post.Role.STEWARD):
        raise NotYourData(resource=resource.code, office=resource.owner.short)


def can_correct(user: User, resource: Resource) -> bool:
    try:
        check_can_correct(user, resource)
    except NotYourData:
        return False
    return True
