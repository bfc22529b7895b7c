"""Whose decision it is: who may look at it, who may change it."""

import pytest

from tests.business.items.drafts import save
from tests.business.refusing import refused
from tongban.base.people.models import Post
from tongban.business.items import permissions, queries
from tongban.business.items.models import ServiceItem

pytestmark = pytest.mark.django_db
LOOKING = {"item_manager", "approver", "clerk", "supervisor"}
OTHERS = sorted(set(Post.Role.values) - LOOKING)


@pytest.mark.parametrize("role", sorted(LOOKING))
def test_these_of_the_items_own_office_look(permit, staff, role):
    user = staff(role)
    permissions.check_can_look(user, permit.item)
    assert list(queries.looked_at(user)) == [permit]
    assert permissions.can_edit(user, permit.item) == (role == "item_manager")


@pytest.mark.parametrize("role", sorted(LOOKING))
def test_those_of_another_office_do_not(permit, staff, role):
    user = staff(role, office="SJ")
    assert list(queries.looked_at(user)) == []
    with refused(
        permissions.NotYourItem,
        "事项 B09 由公安局实施，这里只供该单位的事项管理员、审批人员、窗口人员、监督人员使用。",
        "Item B09 belongs to Public Security: this is for its Item manager, Approver,"
        " Counter clerk, Supervisor.",
    ):
        permissions.check_can_look(user, permit.item)


@pytest.mark.parametrize("role", ["", *OTHERS])
def test_other_posts_of_the_same_office_do_not(permit, staff, role):
    user = staff(role)
    assert not permissions.can_edit(user, permit.item)
    with pytest.raises(permissions.NotYourItem):
        permissions.check_can_look(user, permit.item)


@pytest.mark.parametrize("role", ["approver", "clerk", "supervisor"])
def test_who_may_only_look_saves_nothing(permit, staff, role):
    user = staff(role)
    with refused(
        permissions.NotYourItem,
        "事项 B09 由公安局实施，这里只供该单位的事项管理员使用。",
        "Item B09 belongs to Public Security: this is for its Item manager.",
    ):
        save(permit, user)


def test_an_item_manager_of_another_office_saves_nothing(permit, staff):
    with pytest.raises(permissions.NotYourItem):
        save(permit, staff("item_manager", office="SJ"))


def test_an_item_of_a_list_belongs_to_nobody_s_office(city, staff):
    item = ServiceItem.objects.create(code="X1", name_zh="安葬证", office_name="某市民政局")
    with pytest.raises(permissions.NotYourItem, match="belongs to 某市民政局"):
        permissions.check_can_look(staff("item_manager"), item)


def test_two_posts_at_one_office_show_an_item_once(permit, staff):
    user = staff("approver")
    user.posts.create(office=permit.item.office, role="clerk")
    assert list(queries.looked_at(user)) == [permit]
