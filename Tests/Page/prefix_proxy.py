"""A proxy that publishes a service under a prefix, as a hospital's would. It names the prefix in X-Forwarded-Prefix."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class PrefixProxy:
    """Forwards requests whose path starts with `prefix`, without it; all others get 404. Stops at the end."""

    def __init__(self, port, prefix):
        proxy = self
        self.prefix, self.backend, self.strays = prefix, port, []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                proxy.forward(self)

            do_POST = do_DELETE = do_PUT = do_GET

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def forward(self, handler):
        if not handler.path.startswith(self.prefix):
            self.strays.append(handler.path)
            handler.send_error(404)
            return
        length = int(handler.headers.get("Content-Length") or 0)
        body = handler.rfile.read(length) if length else None
        connection = http.client.HTTPConnection("127.0.0.1", self.backend, timeout=120)
        headers = {name: value for name, value in handler.headers.items() if name.lower() != "connection"}
        headers["X-Forwarded-Prefix"] = self.prefix
        connection.request(handler.command, "/" + handler.path.removeprefix(self.prefix), body, headers)
        answer = connection.getresponse()
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "date", "server"):
                handler.send_header(name, value)
        handler.end_headers()
        while piece := answer.read1(1 << 16):
            handler.wfile.write(piece)
            handler.wfile.flush()
        connection.close()
