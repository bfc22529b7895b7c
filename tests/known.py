"""What is known of somebody who gets the permit at once, and when."""

from datetime import UTC, date, datetime
from typing import Any

MONDAY = datetime(2026, 9, 21, 2, tzinfo=UTC)  # 10:00 in Shanghai

KNOWN: dict[str, Any] = {
    "name": "周雨桐",
    "citizen_id": "329901199003070020",
    "sex": "2",
    "birth_date": date(1990, 3, 7),
    "household_region": "329905",
    "household_address": "临泽县河口镇芦荡村7组",
    "residence_region": "329906",
    "residence_address": "江城区清荷路66号3幢502室",
    "phone": "13800006021",
    "alive": True,
    "insured_months": 14,
    "employed_here": True,
    "employer_name": "云泽市澄江软件有限公司",
    "owns_home_here": True,
    "home_address": "江城区清荷路66号3幢502室",
    "holds_valid_permit": None,
}
