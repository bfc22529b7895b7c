"""WJ02 as the health commission serves it: death certificates, page by page, on loopback only.

    python cities/yunze/deaths_api.py --data DIR/wj02/sw_yx.json [--port 8089] [--late SECONDS]

    GET /deaths?page=1&size=500   {"total": …, "page": 1, "pages": …, "rows": […]}

`--late` keeps every fifth answer waiting that long, as the office's server does at noon. A page
beyond the last is empty; anything that is not a page is 400, any other address 404.
"""

import argparse
import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PORT, SIZE, LARGEST = 8089, 500, 2_000
LATE_EVERY = 5


class BadPage(Exception):
    pass


class Deaths(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, data: Path, port: int = PORT, late: float = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.rows: list[Mapping[str, str]] = json.loads(data.read_text(encoding="utf-8"))
        self.late = late
        self.answers = count(1)

    def page(self, query: str) -> Mapping[str, object]:
        """Raises BadPage."""
        number, size = _asked(query, "page", 1), _asked(query, "size", SIZE)
        if not (number >= 1 and 1 <= size <= LARGEST):
            raise BadPage(f"page counts from 1, size is 1 to {LARGEST}")
        start = (number - 1) * size
        return {
            "total": len(self.rows),
            "page": number,
            "pages": -(-len(self.rows) // size),
            "rows": self.rows[start : start + size],
        }


def _asked(query: str, name: str, default: int) -> int:
    text = parse_qs(query).get(name, [str(default)])[-1]
    if not text.isdecimal():
        raise BadPage(f"{name} is a whole number, not {text!r}")
    return int(text)


class Handler(BaseHTTPRequestHandler):
    server: Deaths  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path != "/deaths":
            return self._answer(HTTPStatus.NOT_FOUND, {"error": "only /deaths is here"})
        if next(self.server.answers) % LATE_EVERY == 0:
            time.sleep(self.server.late)
        try:
            page = self.server.page(address.query)
        except BadPage as error:
            return self._answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        return self._answer(HTTPStatus.OK, page)

    def _answer(self, status: HTTPStatus, body: Mapping[str, object]) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the rows are about people, and so are the addresses one day."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Serves death certificates page by page.")
    parser.add_argument("--data", type=Path, required=True, metavar="FILE")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--late", type=float, default=0, metavar="SECONDS")
    asked = parser.parse_args()
    with Deaths(asked.data, asked.port, asked.late) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
