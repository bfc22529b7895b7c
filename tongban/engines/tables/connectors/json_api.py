"""A paged JSON interface over HTTP that says how many rows it has."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from json import JSONDecodeError
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import duckdb
from requests import PreparedRequest, RequestException, Response, Timeout
from requests.adapters import HTTPAdapter

from tongban.errors import Refusal

from .handover import RowWriter
from .jsontext import DECODER, cells, find, parts
from .options import BadOption
from .port import Extract, SourceUnreachable, Unreconciled, Words, connects

Client: TypeAlias = Any  # dlt's RESTClient, which is imported late
NO_CONNECTION = Words("no connection to the server", "无法连接服务器")
NO_OBJECT = Words("the row is no JSON object", "该行不是 JSON 对象")
TWICE = Words("the row names a field twice", "该行有重名字段")
NO_TEXT = Words("the row holds half a character", "该行含有不完整的字符")


class HostNotAllowed(Refusal):
    """The address leads to {host}, which the contract does not allow. Add it to hosts if it is the
    department's own."""

    zh = "地址指向 {host}，不在资源约定允许的主机之列。确属该部门的主机请加入 hosts。"


class NoToken(Refusal):
    """The environment variable {variable} is not set. Put the interface's access token there."""

    zh = "环境变量 {variable} 未设置，请在平台运行环境中填入接口访问令牌。"


class BadAnswer(Refusal):
    """Page {page} of {source} is not as the contract says: {why}. Compare rows and total in the
    contract with what the interface sends."""

    zh = "{source} 第 {page} 页与资源约定不符：{why_zh}。请核对约定中的 rows、total 与接口返回。"

    def __init__(self, source: str, page: int, why: Words):
        super().__init__(source=source, page=page, why=why.en, why_zh=why.zh)


class ChangedWhileRead(Unreconciled):
    """{source} changed while it was read: page {page} {why}. Nothing is kept; collect it again when
    it is quiet."""

    zh = "{source} 在读取过程中发生变化：第 {page} 页{why_zh}。本次不予入库，请稍后重新归集。"

    def __init__(self, source: str, page: int, why: Words):
        super().__init__(source=source, page=page, why=why.en, why_zh=why.zh)


@dataclass(frozen=True)
class Page:
    text: str
    total: int
    spans: Sequence[tuple[int, int]]

    @property
    def rows(self) -> list[str]:
        return [self.text[begin:end] for begin, end in self.spans]


@connects("json_api")
@dataclass(frozen=True)
class JsonApi:
    base: Path
    url: str
    rows: str = "data"
    total: str = "total"
    hosts: tuple[str, ...] = ()
    token_env: str = ""
    page_param: str = "page"
    size_param: str = "size"
    first_page: int = 1
    page_size: int = 1000
    timeout_seconds: float = 30
    attempts: int = 5
    backoff_seconds: float = 1

    def __post_init__(self) -> None:
        for option in ("page_size", "timeout_seconds", "attempts"):
            if getattr(self, option) <= 0:
                raise BadOption("json_api", option, Words("more than 0", "大于 0 的数"))
        address = urlsplit(self.url)
        if address.scheme not in ("http", "https") or "@" in address.netloc:
            expected = Words("an http(s) address without a password", "不含口令的 http(s) 地址")
            raise BadOption("json_api", "url", expected)

    def check(self) -> None:
        self._page(self._client(), self.first_page)

    def extract(self, con: duckdb.DuckDBPyConnection, scratch: Path) -> Extract:
        client = self._client()
        writer = RowWriter(self._name, con, scratch)
        first = page = self._page(client, self.first_page)
        number = self.first_page
        _take(page, writer)
        while page.spans and writer.position < first.total:
            number += 1
            before, page = page, self._page(client, number)
            if page.total != first.total:
                raise ChangedWhileRead(self._name, number, _other_total(first.total, page.total))
            if page.spans and page.rows == before.rows:
                repeated = Words("repeats the page before it", "与前一页重复")
                raise ChangedWhileRead(self._name, number, repeated)
            _take(page, writer)
        if number > self.first_page and self._page(client, self.first_page).rows != first.rows:
            changed = Words("is not what it was at the beginning", "与开始时不同")
            raise ChangedWhileRead(self._name, self.first_page, changed)
        return writer.finish(first.total)

    @property
    def _name(self) -> str:
        address = urlsplit(self.url)  # a query may hold a key
        return f"{address.scheme}://{address.netloc}{address.path}"

    def _client(self) -> Client:
        # imported here: this takes more than a second, and the other kinds need not wait for it
        from dlt.common.configuration.specs import RuntimeConfiguration
        from dlt.sources.helpers import requests
        from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
        from dlt.sources.helpers.rest_client.client import RESTClient

        auth = None
        if self.token_env:
            if not (token := os.environ.get(self.token_env)):
                raise NoToken(variable=self.token_env)
            auth = BearerTokenAuth(token)
        session = requests.Client(
            request_timeout=self.timeout_seconds,
            raise_for_status=False,
            request_max_attempts=self.attempts,
            request_backoff_factor=self.backoff_seconds,
        ).session
        session.trust_env = False  # no proxy and no password that this machine happens to have
        gate = Gate(self.hosts)
        session.mount("http://", gate)
        session.mount("https://", gate)
        return RESTClient(self.url, auth=auth, session=session, config=RuntimeConfiguration())

    def _page(self, client: Client, number: int) -> Page:
        text = self._text(client, number)
        try:
            DECODER.decode(text)
        except (JSONDecodeError, RecursionError) as error:
            raise BadAnswer(self._name, number, Words("no JSON", "不是 JSON")) from error
        total, rows = find(text, self.total), find(text, self.rows)
        if total is None or not str(total[1]).isdecimal():
            why = Words(f"no number at {self.total}", f"{self.total} 处没有总数")
            raise BadAnswer(self._name, number, why)
        if rows is None or not isinstance(rows[1], list):
            why = Words(f"no list at {self.rows}", f"{self.rows} 处没有列表")
            raise BadAnswer(self._name, number, why)
        spans = [(begin, end) for _, begin, end, _ in parts(text, rows[0])]
        return Page(text, int(total[1]), spans)

    def _text(self, client: Client, number: int) -> str:
        params = {self.page_param: number, self.size_param: self.page_size}
        try:
            response = client.get("", params=params)
        except Timeout:
            seconds = self.timeout_seconds
            why = Words(f"no answer within {seconds} seconds", f"{seconds} 秒内没有应答")
        except RequestException:
            why = NO_CONNECTION
        else:
            if response.ok:
                return self._decoded(response, number)
            status = response.status_code
            why = Words(f"it answers with status {status}", f"返回状态 {status}")
        # outside of the handler, so that an address with a key in it is not carried along
        raise SourceUnreachable(self._name, why)

    def _decoded(self, response: Response, number: int) -> str:
        try:
            return response.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadAnswer(self._name, number, Words("not UTF-8", "不是 UTF-8 编码")) from error


class Gate(HTTPAdapter):
    """Lets requests through to this machine and to the named hosts, redirected ones included."""

    def __init__(self, hosts: Sequence[str]):
        super().__init__()
        self._allowed = {"localhost", *(host.lower() for host in hosts)}

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        host = urlsplit(request.url or "").hostname or ""
        if host not in self._allowed and not _is_loopback(str(host)):
            raise HostNotAllowed(host=host)
        return super().send(request, *args, **kwargs)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _other_total(before: int, now: int) -> Words:
    return Words(f"counts {now} rows instead of {before}", f"总数由 {before} 变为 {now}")


def _take(page: Page, writer: RowWriter) -> None:
    for begin, end in page.spans:
        raw = page.text[begin:end]
        row = cells(page.text, begin) if raw.startswith("{") else None
        if row is None:
            writer.reject(raw, TWICE if raw.startswith("{") else NO_OBJECT)
        elif not _is_text(row):
            writer.reject(raw, NO_TEXT)
        else:
            writer.add(row, raw)


def _is_text(row: dict[str, str | None]) -> bool:
    # JSON can write one half of a character that takes two; it has no place in UTF-8
    return not any(
        "\ud800" <= sign <= "\udfff" for text in (*row, *row.values()) for sign in text or ""
    )
