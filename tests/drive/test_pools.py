"""What a request says of its address: the same as if urllib3 had been given all of it."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import urllib3

from materials_cli.drive.pools import Pools

_asked: list[str] = []


class _Noting(BaseHTTPRequestHandler):
    """Answers nothing, and notes what it was asked for."""

    def do_GET(self) -> None:
        _asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    """A server that says nothing, by its host and port."""
    with HTTPServer(("127.0.0.1", 0), _Noting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    "address",
    ["", "?a=1", "/files/x?q='a' in parents&fields=a%2cb(c,d)#part", "/файл?имя=да", "//twice//over?x=//", "/100%"],
)
def test_a_request_says_what_urllib3_says_of_the_whole_address(place: str, address: str) -> None:
    pools = Pools({}, 1, lambda _: None)
    pools.request("GET", f"http://{place}{address}", retries=False)
    with urllib3.PoolManager() as whole:
        whole.request("GET", f"http://{place}{address}", redirect=False, retries=False)
    pools.close()
    assert _asked[-1] == _asked[-2]


def test_a_proxy_of_plain_http_is_told_the_whole_address(place: str) -> None:
    pools = Pools({"http": f"http://{place}"}, 1, lambda _: None)
    pools.request("GET", "http://drive.example/files?x=1", retries=False)
    pools.close()
    assert _asked[-1] == "http://drive.example/files?x=1"
