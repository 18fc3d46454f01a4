"""A small HTTP client: one persistent connection to one server, never through a proxy."""

import http.client
import json
import socket
import ssl
import urllib.parse

BLOCK_BYTES = 1 << 16


class Unreachable(Exception):
    """No response came: no connection, a broken one, or a timeout."""


class Answer:
    """A server's response."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        """Returns the body as JSON, None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Endpoint:
    """One server. Every request may be repeated, so an open connection may be stale."""

    def __init__(self, url, authorization=None, ca_file=None, timeout=120):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            # Without the text itself: it may hold a password.
            raise ValueError("the URL must start with http:// or https:// and name a host")
        self.parts = parts
        self.prefix = parts.path.rstrip("/")
        self.authorization = authorization
        self.timeout = timeout
        self.context = None
        if parts.scheme == "https":
            self.context = ssl.create_default_context(cafile=ca_file or None)
        self.connection = None
        self.is_closed = False

    def request(self, method, path, body=None, headers=None):
        """Sends a request and returns the response; `body` is bytes or a file that can seek."""
        fields = dict(headers or {})
        if self.authorization:
            fields["Authorization"] = self.authorization
        is_kept = self.connection is not None
        try:
            return self._exchange(method, path, body, fields)
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            if not is_kept or self.is_closed or isinstance(error, TimeoutError):
                raise Unreachable(describe(error)) from None
        try:
            return self._exchange(method, path, body, fields)
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            raise Unreachable(describe(error)) from None

    def close(self):
        """Ends a request that another thread waits for, and refuses further ones."""
        self.is_closed = True
        connection = self.connection
        try:
            if connection is not None and connection.sock is not None:
                connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # It was closed already.

    def _exchange(self, method, path, body, fields):
        if self.is_closed:
            raise ConnectionAbortedError("closed")
        if self.connection is None:
            self.connection = self._connect()
        if hasattr(body, "seek"):
            fields["Content-Length"] = str(body.seek(0, 2))
            body.seek(0)
        try:
            self.connection.request(method, self.prefix + path, body, fields)
        except (BrokenPipeError, ConnectionResetError):
            # A server may refuse a long body before its end; then a response can be read.
            if body is None:
                raise
        response = self.connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        if response.will_close:
            self._drop()
        return answer

    def _connect(self):
        host, port = self.parts.hostname, self.parts.port
        if self.context:
            return http.client.HTTPSConnection(
                host, port, timeout=self.timeout, context=self.context, blocksize=BLOCK_BYTES)
        return http.client.HTTPConnection(host, port, timeout=self.timeout, blocksize=BLOCK_BYTES)

    def _drop(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def describe(error):
    """Returns the reason of a failed connection without anything that was sent."""
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return type(error).__name__
