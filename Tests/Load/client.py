"""An HTTP client that tells a whole answer from a part of one and from none."""

import http.client
import json
from typing import NamedTuple

JSON = "application/json"
FILE = "application/octet-stream"


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)


class Lost(Exception):
    """No whole answer came; `reason` is "refused" (no connection), "unanswered" or "truncated" (one began)."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class Client:
    """One connection, which is kept and opened again when it was closed."""

    def __init__(self, port, timeout=120, source="127.0.0.1"):
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=timeout, source_address=(source, 0)
        )

    def request(self, method, path, body=None, media=JSON, headers=None):
        """The whole answer; a body that is not bytes is sent as JSON. Raises Lost."""
        headers = ({} if body is None else {"Content-Type": media}) | (headers or {})
        payload = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        reason = "unanswered"
        try:
            self._connection.request(method, path, payload, headers)
            response = self._connection.getresponse()
            reason = "truncated"
            content = response.read()
        except ConnectionRefusedError:
            raise Lost("refused") from None
        except (OSError, http.client.HTTPException):
            self.close()
            raise Lost(reason) from None
        # Only a length tells a whole answer from a part of one: brgsa gives it with every body.
        if response.status != 204 and response.headers.get("Content-Length") != str(len(content)):
            self.close()
            raise Lost(reason)
        return Answer(response.status, response.headers, content)

    def expect(self, status, method, path, body=None, media=JSON, headers=None):
        """The answer, which must have this status."""
        answer = self.request(method, path, body, media, headers)
        if answer.status != status:
            raise SystemExit(f"{method} {path}: {answer.status} {answer.body[:400]!r}, not {status}")
        return answer

    def close(self):
        self._connection.close()
