"""What two systems say to each other: JSON over HTTP, signed with a secret that both hold.

No redirect is followed; an answer has a largest size, and a last moment however slowly it drips.
"""

import hmac
import http.client
import json
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tongban.business.cases import outside_problems as problems
from tongban.business.cases import outside_terms
from tongban.business.cases.outside_terms import Mistyped, Terms, Value

LARGEST = 1_000_000
MOST_PAGES = 1_000
FRESH = timedelta(minutes=5)
WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
TIME, SIGNATURE, KEY = "X-Outside-Time", "X-Outside-Signature", "Idempotency-Key"


@dataclass(frozen=True)
class Answer:
    """`outputs` is None while the other side is still at work."""

    receipt: str
    outputs: Mapping[str, Value] | None


@dataclass(frozen=True)
class Reply:
    status: int
    content: bytes


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    key: str = ""
    body: bytes = b""


def submit(
    terms: Terms, key: str, case_number: str, inputs: Mapping[str, Any], at: datetime
) -> Answer:
    """Hand a request over; the other side does it once however often the key comes. Raises
    Problem."""
    said = {"key": key, "case": case_number, "inputs": inputs}
    body = json.dumps(said, ensure_ascii=False).encode()
    reply = _ask(terms, Request("POST", "/requests", key, body), at)
    if reply.status not in (200, 202):
        raise _problem_of(terms, reply.status)
    return judged(terms, key, _object(reply.content), done=reply.status == 200)


def result(terms: Terms, key: str, receipt: str, at: datetime) -> Answer:
    """Ask for what became of a request. Raises Problem, Forgotten where they know none of it."""
    path = f"/requests/{quote(receipt, safe='')}"
    reply = _ask(terms, Request("GET", path, key), at)
    if reply.status == 404:
        raise problems.Forgotten
    if reply.status not in (200, 202):
        raise _problem_of(terms, reply.status)
    return judged(terms, key, _object(reply.content), done=reply.status == 200)


def cancel(terms: Terms, key: str, at: datetime) -> None:
    """Raises Problem; that they know nothing of the request is as good as cancelled."""
    reply = _ask(terms, Request("DELETE", f"/requests/{quote(key, safe='')}", key), at)
    if reply.status not in (200, 202, 204, 404, 410):
        raise _problem_of(terms, reply.status)


def listed(terms: Terms, since: datetime, at: datetime) -> Iterator[Mapping[str, Any]]:
    """Every request that they have had since then, page by page. Raises Problem."""
    after = ""
    for _page in range(MOST_PAGES):
        query = urlencode({"since": since.isoformat(), **({"after": after} if after else {})})
        reply = _ask(terms, Request("GET", f"/requests?{query}"), at)
        if reply.status != 200:
            raise _problem_of(terms, reply.status)
        content = _object(reply.content)
        rows = content.get("requests")
        if not isinstance(rows, list) or not all(_has_key(row) for row in rows):
            raise problems.NotJson
        yield from rows
        if not rows or content.get("more") is not True or rows[-1]["key"] == after:
            return
        after = rows[-1]["key"]


def judged(terms: Terms, key: str, body: Mapping[str, Any], *, done: bool) -> Answer:
    """An answer as it was agreed. Raises Problem."""
    if body.get("key") != key:
        raise problems.KeyOfAnother
    if "failed" in body:
        said = body["failed"]
        is_word = isinstance(said, str) and 0 < len(said) <= 32 and set(said) <= WORD
        raise problems.Stopped(said if is_word else "—")
    receipt = body.get("receipt", "")
    if not isinstance(receipt, str) or len(receipt) > 128 or not receipt.isascii():
        raise problems.NoReceipt
    if not done:
        if not receipt:
            raise problems.NoReceipt
        return Answer(receipt, None)
    given = body.get("outputs")
    if not isinstance(given, dict):
        raise problems.OutputMissing("outputs")
    try:
        return Answer(receipt, outside_terms.taken(terms.outputs, given))
    except Mistyped as error:
        kind = problems.OutputMissing if error.missing else problems.OutputMistyped
        raise kind(error.name) from error


def parsed(content: bytes) -> Mapping[str, Any]:
    """Raises NotJson."""
    return _object(content)


def signed(secret: str, method: str, path: str, stamp: str, body: bytes) -> str:
    """HMAC-SM3 of what is asked, where, when, and the body."""
    head = f"{method}\n{path}\n{stamp}\n".encode()
    return hmac.new(secret.encode(), head + body, "sm3").hexdigest()


def is_signed(
    terms: Terms, method: str, path: str, headers: Mapping[str, str], body: bytes, at: datetime
) -> bool:
    """By whoever holds the secret, not long ago. Raises SecretMissing."""
    stamp = headers.get(TIME, "")
    try:
        then = datetime.fromisoformat(stamp)
    except ValueError:
        return False
    if then.tzinfo is None or abs(at - then) > FRESH:
        return False
    expected = signed(secret_of(terms), method, path, stamp, body)
    return hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode())


def secret_of(terms: Terms) -> str:
    """Raises SecretMissing."""
    found = os.environ.get(terms.secret, "")
    if not found:
        raise problems.SecretMissing(terms.secret)
    return found


def _has_key(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("key"), str) and 0 < len(row["key"]) <= 64


def _problem_of(terms: Terms, status: int) -> problems.Problem:
    if 300 <= status < 400:
        return problems.Redirected(status)
    if status >= 500:
        return problems.ServerError(status)
    return (problems.Declined if status in terms.refused else problems.UnexpectedStatus)(status)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise problems.NotJson from error
    if not isinstance(found, dict):
        raise problems.NotJson
    return found


def _ask(terms: Terms, request: Request, at: datetime) -> Reply:
    address = urlsplit(terms.address)
    path = address.path.rstrip("/") + request.path
    stamp = at.isoformat()
    headers = {
        "Accept": "application/json",
        TIME: stamp,
        SIGNATURE: signed(secret_of(terms), request.method, path, stamp, request.body),
    }
    if request.key:
        headers[KEY] = request.key
    if request.body:
        headers["Content-Type"] = "application/json; charset=utf-8"
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    assert address.hostname is not None  # judged when the terms were read
    connection = kind(address.hostname, address.port, timeout=terms.wait)
    try:
        connection.connect()
        with _ending(connection, terms.wait) as ended:
            return _exchange(connection, request, path, headers, ended, terms.wait)
    except TimeoutError as error:
        raise problems.TooSlow(terms.wait) from error
    except OSError as error:
        raise problems.Unreachable(type(error).__name__) from error
    finally:
        connection.close()


def _exchange(
    connection: http.client.HTTPConnection,
    request: Request,
    path: str,
    headers: Mapping[str, str],
    ended: threading.Event,
    wait: int,
) -> Reply:
    try:
        connection.request(request.method, path, request.body or None, dict(headers))
        answer = connection.getresponse()
        content = answer.read(LARGEST + 1)
    except (OSError, http.client.HTTPException) as error:
        if ended.is_set() or isinstance(error, TimeoutError):
            raise problems.TooSlow(wait) from error
        raise problems.Unreachable(type(error).__name__) from error
    if ended.is_set():
        raise problems.TooSlow(wait)
    if len(content) > LARGEST:
        raise problems.TooLarge(LARGEST)
    if answer.length:  # closed before it had sent what it announced
        raise problems.Unreachable("IncompleteRead")
    return Reply(answer.status, content)


@contextmanager
def _ending(connection: http.client.HTTPConnection, seconds: float) -> Iterator[threading.Event]:
    """The socket's own time-out begins anew with each byte; this one does not."""
    ended = threading.Event()
    held = connection.sock

    def end() -> None:
        ended.set()
        try:
            held.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed a moment ago

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield ended
    finally:
        timer.cancel()
