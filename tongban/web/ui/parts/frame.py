"""What surrounds a page. Templates know the city as `city`, and its places as `frame`: the portal
and the workbench hand them over, and error pages do without."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    label: str
    url: str
    icon: str = field(default="", kw_only=True)
    current: bool = field(default=False, kw_only=True)
    count: int = field(default=0, kw_only=True)


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class CitizenFrame:
    """`places` stand in the top bar, `tabs` at the bottom of a phone, `links` in the footer;
    `acting` is in whose name the page is used, empty for one's own."""

    places: tuple[Place, ...] = ()
    tabs: tuple[Place, ...] = ()
    links: tuple[Place, ...] = ()
    me_url: str = ""
    acting_url: str = ""
    acting: str = ""


@dataclass(frozen=True, slots=True)
class StaffFrame:
    """`today` is the date with the holidays that move limits; `post` is office and post."""

    groups: tuple[Group, ...] = ()
    search_url: str = ""
    search_hint: str = ""
    today: str = ""
    post: str = ""
    notices_url: str = ""
    unread: int = 0


@dataclass(frozen=True, slots=True)
class City:
    """Whose site it is: its name, the government, who runs it, and the number to call."""

    name: str
    government: str = ""
    host: str = ""
    hotline: str = ""
