import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from tongban.engines.tables.connectors import Rejected, Unreconciled, open_connector
from tongban.engines.tables.connectors.json_api import (
    BadAnswer,
    ChangedWhileRead,
    HostNotAllowed,
    NoToken,
)
from tongban.engines.tables.connectors.options import BadOption
from tongban.engines.tables.connectors.port import SourceUnreachable

PEOPLE = [{"id": str(n), "xm": f"张{n}"} for n in range(1, 8)]


class Api(ThreadingHTTPServer):
    """Answers each request as `answer` says; keeps what was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/people"
        self.asked = []
        self.headers = []
        self.closing = threading.Event()
        self.answer = paged(PEOPLE)

    def handle_error(self, request, client_address):
        """A client that gave up is no error here."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = {name: value[0] for name, value in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append(query)
        self.server.headers.append(dict(self.headers))
        status, body, *headers = self.server.answer(query, len(self.server.asked))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def paged(rows, total=None):
    def answer(query, _):
        page, size = int(query["page"]), int(query["size"])
        count = len(rows) if total is None else total
        return 200, {"total": count, "data": rows[(page - 1) * size : page * size]}

    return answer


@pytest.fixture
def api():
    server = Api()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def options(api):
    return {"url": api.url, "page_size": 3, "backoff_seconds": 0, "attempts": 3}


@pytest.fixture
def pull(collect, options):
    def pull(**more):
        return collect("json_api", **options | more)

    return pull


def test_pages_are_put_together_and_counted(api, pull):
    extract, rows = pull()

    assert [row[:4] for row in rows] == [
        (p["id"], p["xm"], n, None) for n, p in enumerate(PEOPLE, 1)
    ]
    assert (extract.rows, extract.columns, extract.rejected) == (7, ("id", "xm"), ())
    assert extract.source == api.url
    assert [(q["page"], q["size"]) for q in api.asked] == [
        ("1", "3"),
        ("2", "3"),
        ("3", "3"),
        ("1", "3"),
    ]


def test_one_page_is_asked_for_once(api, pull):
    assert len(pull(page_size=7)[1]) == 7
    assert len(api.asked) == 1


def test_other_interfaces_have_other_names(api, pull):
    def answer(query, _):
        first = int(query["skip"])
        return 200, {"result": {"n": "2", "a": {"list": [{"x": first}][: 2 - first]}}}

    api.answer = answer
    _, rows = pull(
        rows="result.a.list",
        total="result.n",
        page_param="skip",
        size_param="top",
        first_page=0,
        page_size=1,
    )
    assert [row[0] for row in rows] == ["0", "1"]
    assert api.asked[0] == {"skip": "0", "top": "1"}


def test_values_stay_as_the_interface_wrote_them(api, pull):
    first = (
        '{"n" : 329901199003070020.10, "f":1e400,"b":true,'
        '"s":"a\\n\\u5f20\\u0000", "o":{"k":[ 1.0 ]}}'
    )
    second = '{ "n":null,"new":"NULL","b":[],"s":"" }'
    api.answer = lambda *_: (200, f' {{"total":2 ,"data":[ {first} ,{second}]}}\n'.encode())
    extract, rows = pull()

    assert extract.columns == ("n", "f", "b", "s", "o", "new")
    assert [row[:6] for row in rows] == [
        ("329901199003070020.10", "1e400", "true", "a\n张\0", '{"k":[ 1.0 ]}', None),
        (None, None, "[]", "", None, "NULL"),
    ]
    assert [row[8] for row in rows] == [first, second]


def test_columns_may_come_late(api, pull, monkeypatch):
    monkeypatch.setattr("tongban.engines.tables.connectors.handover.BATCH", 2)
    api.answer = paged([{"a": 1}, {"a": 2}, {"b": 3}, {"A2": 4, "a": 5}, {}])
    extract, rows = pull()
    assert extract.columns == ("a", "b", "A2")
    assert [row[:4] for row in rows] == [
        ("1", None, None, 1),
        ("2", None, None, 2),
        (None, "3", None, 3),
        ("5", None, "4", 4),
        (None, None, None, 5),
    ]


def test_rows_that_are_no_rows_go_back(api, pull):
    rows = '[1, 2], {"a":1,"a":2}, {"a":"\\ud800"}, null, {"a":"\\ud83d\\ude00"}'
    api.answer = lambda *_: (200, f'{{"total":5,"data":[{rows}]}}'.encode())
    extract, rows = pull()

    assert [(r.position, r.raw, r.reason) for r in extract.rejected] == [
        (1, "[1, 2]", "the row is no JSON object"),
        (2, '{"a":1,"a":2}', "the row names a field twice"),
        (3, '{"a":"\\ud800"}', "the row holds half a character"),
        (4, "null", "the row is no JSON object"),
    ]
    assert isinstance(extract.rejected[0], Rejected)
    assert [row[:2] for row in rows] == [("😀", 5)]


def test_no_rows_is_an_answer(api, pull):
    api.answer = paged([])
    extract, rows = pull()
    assert (extract.rows, extract.columns, rows) == (0, (), [])


@pytest.mark.parametrize("total", [6, 8, 0])
def test_a_total_that_is_not_what_came_is_refused(api, pull, con, total):
    api.answer = paged(PEOPLE, total)
    with pytest.raises(Unreconciled) as refused:
        pull(page_size=10)
    assert refused.value.facts["rows"] == total
    assert refused.value.facts["read"] == 7


def test_a_short_page_is_refused(api, pull):
    def answer(query, _):
        status, body = paged(PEOPLE)(query, 0)
        return status, body | {"data": body["data"][: 2 if query["page"] == "2" else 3]}

    api.answer = answer
    with pytest.raises(Unreconciled) as refused:
        pull()
    assert refused.value.facts == {"source": api.url, "rows": 7, "read": 6, "rejected": 0}


@pytest.mark.parametrize(
    ("answer", "page", "why"),
    [
        (lambda q, n: paged(PEOPLE, 7 + (n > 1))(q, n), 2, "counts 8 rows instead of 7"),
        (lambda q, n: paged(PEOPLE)(q | {"page": "1"}, n), 2, "repeats the page before it"),
        (
            lambda q, n: paged([{"id": "0"}, *PEOPLE] if n == 4 else PEOPLE, 7)(q, n),
            1,
            "is not what it was at the beginning",
        ),
    ],
)
def test_an_interface_that_changes_meanwhile_is_refused(api, pull, con, answer, page, why):
    api.answer = answer
    with pytest.raises(ChangedWhileRead) as refused:
        pull()
    assert isinstance(refused.value, Unreconciled)
    assert (refused.value.facts["page"], refused.value.facts["why"]) == (page, why)
    assert con.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone() == (0,)


def test_a_server_that_fails_once_is_asked_again(api, pull):
    api.answer = lambda q, n: (500, b"") if n in (1, 3) else paged(PEOPLE)(q, n)
    assert len(pull()[1]) == 7
    assert len(api.asked) == 6


def test_a_server_that_fails_for_good_is_refused(api, pull):
    api.answer = lambda *_: (503, b"s3cret")
    with pytest.raises(SourceUnreachable, match="it answers with status 503"):
        pull()
    assert len(api.asked) == 3


def test_a_refused_request_is_not_repeated(api, pull):
    api.answer = lambda *_: (403, b"")
    with pytest.raises(SourceUnreachable, match="status 403"):
        pull()
    assert len(api.asked) == 1


def test_a_late_answer_is_asked_for_again(api, pull):
    again = threading.Event()

    def answer(query, count):
        if count == 1:
            again.wait(10)
        again.set()
        return paged(PEOPLE)(query, count)

    api.answer = answer
    assert len(pull(timeout_seconds=0.2)[1]) == 7


def test_an_answer_that_never_comes_is_refused(api, pull):
    api.answer = lambda *_: (api.closing.wait(10), (200, {}))[1]
    with pytest.raises(SourceUnreachable, match=r"no answer within 0\.1 seconds") as refused:
        pull(timeout_seconds=0.1, attempts=2)
    assert len(api.asked) == 2
    assert refused.value.__context__ is None


def test_nobody_at_the_address_is_refused_without_what_the_query_holds(pull):
    with pytest.raises(SourceUnreachable, match="no connection") as refused:
        pull(url="http://127.0.0.1:1/x?key=s3cret", attempts=1)
    assert "s3cret" not in refused.value.told("en") + refused.value.told("zh")
    assert refused.value.__context__ is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        (b'{"total":1,"data":[{"a":"\xd5\xc5"}]}', "not UTF-8"),
        (b'{"data":[]}', "no number at total"),
        (b'{"total":"many","data":[]}', "no number at total"),
        (b'{"total":-1,"data":[]}', "no number at total"),
        (b"[1]", "no number at total"),
        (b'{"total":1,"data":{"a":1}}', "no list at data"),
        (b'{"total":1}', "no list at data"),
    ],
)
def test_an_answer_of_another_form_is_refused(api, base, options, body, why):
    api.answer = lambda *_: (200, body)
    with pytest.raises(BadAnswer) as refused:
        open_connector("json_api", options, base).check()
    assert refused.value.facts["page"] == 1
    assert refused.value.facts["why"] == why


def test_a_mark_at_the_beginning_is_no_part_of_the_answer(api, pull):
    api.answer = lambda *_: (200, b'\xef\xbb\xbf{"total":1,"data":[{"a":1}]}')
    assert pull()[1][0][0] == "1"


def test_check_asks_for_the_first_page(api, base, options):
    open_connector("json_api", options, base).check()
    assert [query["page"] for query in api.asked] == ["1"]


@pytest.mark.parametrize("url", ["http://example.com/x", "http://192.0.2.1/x", "https://[::2]/"])
def test_only_named_hosts_are_asked(pull, url):
    with pytest.raises(HostNotAllowed):
        pull(url=url)


def test_a_named_host_is_asked(api, pull):
    with pytest.raises(SourceUnreachable):  # allowed, but not there
        pull(url="http://source.invalid/x", hosts=["Source.invalid"], attempts=1)
    assert len(pull(url=api.url.replace("127.0.0.1", "localhost"))[1]) == 7


def test_a_redirect_does_not_lead_elsewhere(api, pull):
    api.answer = lambda *_: (302, b"", ("Location", "http://example.com/secret"))
    with pytest.raises(HostNotAllowed, match=r"example\.com"):
        pull()


def test_the_token_comes_from_the_environment(api, pull, monkeypatch):
    with pytest.raises(NoToken, match="SOURCE_TOKEN"):
        pull(token_env="SOURCE_TOKEN")
    assert api.asked == []

    monkeypatch.setenv("SOURCE_TOKEN", "s3cret")
    pull(token_env="SOURCE_TOKEN")
    assert {headers["Authorization"] for headers in api.headers} == {"Bearer s3cret"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://127.0.0.1/x"},
        {"url": "http://user:s3cret@127.0.0.1/x"},
        {"page_size": 0},
        {"attempts": 0},
        {"timeout_seconds": 0},
    ],
)
def test_options_that_make_no_sense_are_refused(base, options, wrong):
    with pytest.raises(BadOption) as refused:
        open_connector("json_api", options | wrong, base)
    assert refused.value.facts["option"] == next(iter(wrong))
    assert "s3cret" not in str(refused.value)
