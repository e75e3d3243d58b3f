"""Requests to the desk's pages and forms, over a socket to the real server."""

import json
import socket
from urllib.parse import urlencode

from hypothesis import strategies as st

from agent.web.access.peer import Peer
from agent.web.access.visit import Visit
from tests.fuzz.inputs import as_json, odd_values, texts
from tests.fuzz.served import desk
from tests.fuzz.target import Target

_ANSWERS_WITHIN_S = 5.0
_COOKIE = "a-cookie-that-nobody-was-given"
# A form's token is a function of the cookie.
_CSRF = Visit(Peer("", False, "", False), _COOKIE).csrf_token
_TOKEN = b"@TOKEN@"
_CALL = "1f0c8a52-0000-4000-8000-000000000001"


def _check_request(data: bytes) -> None:
    """Head, empty line, body; length and closing are put in here, the token of this run too."""
    site = desk()
    head, _, body = data.partition(b"\r\n\r\n")
    head = head.replace(_TOKEN, site.token.encode())
    request = b"%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (head, len(body), body)
    answer = _answer(site.port, request)
    status = answer.split(b" ", 2)[1:2]
    trouble = site.trouble()
    assert status, "no answer"
    if int(status[0]) >= 500:
        raise trouble or AssertionError(f"answer {status[0].decode()}")


def _answer(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=_ANSWERS_WITHIN_S) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def _header_text() -> st.SearchStrategy[str]:
    """A header can hold no line breaks; what breaks a request in two is aiohttp's to refuse."""
    return texts().map(lambda text: text.replace("\r", "").replace("\n", "").replace("\0", ""))


@st.composite
def _headers(draw: st.DrawFn) -> list[str]:
    found = ["Host: 127.0.0.1"]
    known = {
        "Authorization": ("Bearer @TOKEN@", "Bearer @TOKEN@", "bearer", "Bearer x", "Basic YTpi"),
        "Cookie": (f"understudy={_COOKIE}", "understudy=", f"understudy={'x' * 65}"),
        "X-CSRF-Token": (_CSRF, "x"),
        "Origin": ("http://127.0.0.1", "null", "http://["),
        "HX-Request": ("true",),
        "Accept": ("text/html", "application/json"),
        "X-Forwarded-For": ("10.0.0.1", "::1", "1.2.3.4, 127.0.0.1", "unknown", "fe80::1%eth0"),
        "X-Forwarded-Proto": ("https", "http"),
        "X-Forwarded-Host": ("desk.example", "[::1]"),
        "Range": ("bytes=0-", "bytes=9-1", "bytes=x"),
        "Accept-Encoding": ("gzip",),
    }
    for name in draw(st.lists(st.sampled_from(sorted(known)), max_size=6, unique=True)):
        found.append(f"{name}: {draw(st.one_of(st.sampled_from(known[name]), _header_text()))}")
    return found


@st.composite
def _fields(draw: st.DrawFn) -> dict[str, str]:
    """A form of the desk, with fields that are missing, odd or unknown."""
    whole = {
        "csrf_token": _CSRF, "name": "ann", "password": "wrong", "order": "say", "text": "Hello.",
        "queue": "sales", "endpoint": "PJSIP/agent1", "on": "1",
    }  # fmt: skip
    orders = st.sampled_from(("say", "transfer", "take_over", "end", "half_duplex"))
    whole["order"] = draw(st.one_of(orders, texts()))
    fields = {name: whole[name] for name in draw(st.lists(st.sampled_from(sorted(whole))))}
    for name in draw(st.lists(st.sampled_from(sorted(whole)), max_size=3)):
        fields[name] = draw(texts())
    return fields | draw(st.dictionaries(texts(), texts(), max_size=2))


@st.composite
def _bodies(draw: st.DrawFn) -> tuple[str, bytes]:
    """A content type and a body that is of it, or is not."""
    fields = draw(_fields())
    form = urlencode(fields, errors="replace").encode()
    part = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return draw(
        st.one_of(
            st.just(("application/x-www-form-urlencoded", form)),
            st.just(("application/json", json.dumps(fields).encode())),
            odd_values(tuple(fields)).map(lambda value: ("application/json", as_json(value))),
            st.just(("multipart/form-data; boundary=b", f"{part}--b--".encode("utf-8", "replace"))),
            st.tuples(
                st.sampled_from((
                    "application/json; charset=utf-16", "application/json; charset=nonsense",
                    "application/x-www-form-urlencoded; charset=nonsense", "multipart/form-data",
                    "application/x-www-form-urlencoded; charset=utf-16", "text/plain", ";", "",
                    "multipart/form-data; boundary=b", "application/json; charset=idna",
                )),
                st.one_of(st.just(form), st.binary(max_size=60)),
            ),
        )
    )  # fmt: skip


@st.composite
def _requests(draw: st.DrawFn) -> bytes:
    path = draw(
        st.sampled_from((
            "/sign-in", "/sign-in", f"/live/{_CALL}/orders", f"/live/{_CALL}/orders", "/sign-out",
            "/calls", f"/calls/{_CALL}", f"/calls/{_CALL}/recording.wav", "/live/%00/orders",
            "/live/x%2F..%2Fy/orders", "/calls/%ff", "/static/../x", "/static/%2e%2e/x", "//x", "/",
        ))
    )  # fmt: skip
    next_page = st.sampled_from(
        ("", "?next=/calls", "?next=//evil", "?next=%0d%0aX", "?next=%00", "?next=\\")
    )
    method = draw(
        st.sampled_from(("POST", "POST", "POST", "GET", "HEAD", "PUT", "OPTIONS", "FUZZ"))
    )
    content_type, body = draw(_bodies())
    lines = [f"{method} {path}{draw(next_page)} HTTP/1.1", *draw(_headers())]
    if draw(st.integers(0, 9)):
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + body


FORMS = Target("web-forms", _check_request, _requests(), told=(), guided=False)
TARGETS = (FORMS,)
