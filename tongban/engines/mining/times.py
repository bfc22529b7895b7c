"""Texts that name an instant, as SQL. Everything becomes UTC, kept as TIMESTAMP without a zone."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tongban.errors import Refusal

from ..tables.quoting import literal

OFFSET = "([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)"
CLOCK = "[ Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
WRITTEN = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({CLOCK}{OFFSET}?)?"
DAY = 10  # signs of a date without a time
INSTANT = "TIMESTAMP WITH TIME ZONE"


class UnknownZone(Refusal):
    """There is no time zone {zone}. Give one of the IANA names, e.g. Asia/Shanghai."""

    zh = "没有时区 {zone}。请使用 IANA 时区名，例如 Asia/Shanghai。"


def check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnknownZone(zone=zone) from error


def instant(text: str, zone: str) -> str:
    """The instant that ISO 8601 text names, NULL where it names none.

    A time without an offset is the clock of `zone`; digits below the microsecond are cut off.
    """
    local = f"timezone('UTC', timezone({literal(zone)}, try_cast({text} AS TIMESTAMP)))"
    zoned = f"timezone('UTC', try_cast({text} AS {INSTANT}))"
    return (
        f"CASE WHEN NOT regexp_full_match({text}, '{WRITTEN}') THEN NULL"
        f" WHEN {has_offset(text)} THEN {zoned} ELSE {local} END"
    )


def has_offset(text: str) -> str:
    return f"regexp_matches(substr({text}, {DAY + 1}), '{OFFSET}$')"


def offset(text: str) -> str:
    return f"regexp_extract(substr({text}, {DAY + 1}), '{OFFSET}$')"


def last_instant(text: str, zone: str) -> str:
    """Like `instant`, but a day without a time is over with its last microsecond."""
    next_day = f"try_cast({text} AS TIMESTAMP) + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND"
    whole_day = f"timezone('UTC', timezone({literal(zone)}, {next_day}))"
    return (
        f"CASE WHEN length({text}) = {DAY} AND ({instant(text, zone)}) IS NOT NULL"
        f" THEN {whole_day} ELSE {instant(text, zone)} END"
    )


def month(at: str, zone: str) -> str:
    """Year and month on the clock of `zone`."""
    return f"strftime(timezone({literal(zone)}, timezone('UTC', {at})), '%Y-%m')"


def between(earlier: str, later: str) -> str:
    """Microseconds."""
    return f"(epoch_us({later}) - epoch_us({earlier}))"


def quantiles(of: str) -> str:
    """Median and 95th percentile: the least value that so many do not exceed."""
    return f"quantile_disc({of}, [0.5, 0.95])"
