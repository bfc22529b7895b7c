"""What surrounds the gallery."""

from django.utils import timezone

from tongban import clock
from tongban.web.ui import parts
from tongban.web.ui.gallery.words import say


def citizen_frame() -> parts.CitizenFrame:
    home = parts.Place(say("首页", "Home"), "#", icon="home", current=True)
    items = parts.Place(say("办事", "Services"), "#", icon="list-search")
    papers = parts.Place(say("我的材料", "My papers"), "#", icon="folders")
    me = parts.Place(say("我的", "Me"), "#", icon="user")
    open_data = parts.Place(say("公开数据", "Open data"), "#")
    seen = parts.Place(say("谁查过我的数据", "Who looked at my data"), "#")
    return parts.CitizenFrame(
        places=(home, items, papers, open_data), tabs=(home, items, papers, me), links=(seen,)
    )


def staff_frame() -> parts.StaffFrame:
    cases = (
        parts.Place(say("待办", "To do"), "#", icon="inbox", current=True, count=28),
        parts.Place(say("我的办件", "My cases"), "#", icon="folder-check"),
        parts.Place(say("一件事", "Packages"), "#", icon="sitemap"),
        parts.Place(say("证照", "Certificates"), "#", icon="certificate"),
    )
    data = (
        parts.Place(say("数据表", "Tables"), "#", icon="table"),
        parts.Place(say("问题单", "Issues"), "#", icon="alert-square", count=22),
        parts.Place(say("资源目录", "Catalogue"), "#", icon="books"),
        parts.Place(say("血缘", "Lineage"), "#", icon="git-branch"),
    )
    watch = (
        parts.Place(say("效能与流程", "Efficiency"), "#", icon="chart-dots"),
        parts.Place(say("好差评", "Reviews"), "#", icon="star"),
    )
    return parts.StaffFrame(
        groups=(
            parts.Group(say("办件", "Cases"), cases),
            parts.Group(say("数据", "Data"), data),
            parts.Group(say("监督", "Supervision"), watch),
        ),
        search_url="#",
        search_hint=say("办件编号、申请人、事项、表名", "Case, applicant, item or table"),
        today=f"{timezone.localtime(clock.now()):%Y-%m-%d %H:%M}",
        post=say("市场监督管理局 · 审批岗", "Market Regulation · approval"),
        notices_url="#",
        unread=3,
    )
