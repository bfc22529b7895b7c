"""`tongban sql QUERY --as ACCOUNT --use USE`: a person's query, through the gate like any other."""

import json
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from tongban import clock
from tongban.base.audit import actions as audit
from tongban.base.people.models import User
from tongban.commands import asking
from tongban.data.exchange import gate, queries
from tongban.errors import Refusal

COLUMNS = 120  # where the output is no terminal
MOST_ROWS = 1_000


class NoSuchAccount(Refusal):
    """There is no open account {username} with a post at an office."""

    zh = "没有在岗的账号 {username}。"


class Command(BaseCommand):
    help = (
        "Run one SELECT over the relations that an account was granted for a use; they are masked "
        "and filtered before the query sees them. Exit code 1 when it is refused. "
        "以某账号的授权执行一条查询；数据先脱敏、过滤，再交给查询。被拒绝时退出码为 1。"
    )

    def add_arguments(self, parser):
        parser.add_argument("query", help="one SELECT over layer.table 一条 SELECT 语句")
        parser.add_argument("--as", required=True, metavar="ACCOUNT", help="who asks 账号")
        parser.add_argument("--use", required=True, help="what for, as in the grant 用途代码")
        parser.add_argument("--limit", type=int, default=MOST_ROWS, help="rows at most 最多行数")
        parser.add_argument("--json", action="store_true", help="as JSON 以 JSON 输出")

    def handle(self, *args, query: str, use: str, limit: int, **options):
        now = clock.now()
        with asking.refusals_told(self):
            reader = _reader(options["as"], use, timezone.localdate(now))
            result = _run(reader, use, query, limit, now)
        if options["json"]:
            self.stdout.write(_as_json(result))
            return
        width = None if self.stdout.isatty() else COLUMNS
        out: Any = self.stdout
        console = Console(file=out, width=width, markup=False, emoji=False, highlight=False)
        table = Table(*result.columns)
        for row in result.rows:
            table.add_row(*("" if value is None else str(value) for value in row))
        console.print(table)
        if result.truncated:
            console.print(_("只显示前 {count} 行。").format(count=len(result.rows)))


def _reader(username: str, use: str, on) -> gate.Reader:
    """The account in that of its posts which has a grant for this use, else in its first."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NoSuchAccount(username=username)
    posts = user.posts.select_related("office").order_by("pk")
    readers = [gate.Reader(str(user.pk), p.role, p.office.code, user.subject_id) for p in posts]
    if not readers:
        raise NoSuchAccount(username=username)
    return next((r for r in readers if queries.relations(r, use, on)), readers[0])


def _run(reader: gate.Reader, use: str, query: str, limit: int, now) -> gate.Result:
    """What was refused stays in the log by its name, in a transaction of its own."""
    try:
        return gate.run_sql(reader=reader, use=use, query=query, at=now, limit=limit)
    except Refusal as refusal:
        audit.record_refusal(
            refusal,
            "sql.run",
            ("use", use),
            actor=reader.actor,
            office=reader.office,
            post=reader.post,
            purpose=use,
            at=now,
        )
        raise


def _as_json(result: gate.Result) -> str:
    content = {"columns": result.columns, "rows": result.rows, "truncated": result.truncated}
    return json.dumps(content, ensure_ascii=False, default=str)
