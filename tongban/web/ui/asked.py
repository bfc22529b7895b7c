"""What an address asks for. It may have been written by anybody: what does not fit is cut or left
out, never an error."""

from django.http import HttpRequest

FARTHEST = 1_000_000  # a list is not paged beyond it


def words(request: HttpRequest, name: str, most: int) -> str:
    """A text of at most so many characters; empty where it is not given."""
    return request.GET.get(name, "").strip()[:most].strip()


def offset(request: HttpRequest, name: str = "from") -> int:
    """Where a page of a list begins; 0 for whatever is not such a number."""
    return number(request, name, FARTHEST) or 0


def page(request: HttpRequest, total: int) -> int:
    """Where a page of a list of so many begins; a list that has become shorter begins anew."""
    first = offset(request)
    return first if first < total else 0


def number(request: HttpRequest, name: str, most: int) -> int | None:
    """A whole number up to `most`; None for whatever is not such a number."""
    given = request.GET.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) <= len(str(most))):
        return None
    return int(given) if int(given) <= most else None
