"""Heads: a byte of flags (1: HTTP/1.0, 2: not local, 4: draining, 8: keys), then lines.

Forms: the content type, a line feed, the body.
"""


def head(flags, method, target, *fields):
    return bytes([flags]) + "\n".join([method, target, *fields]).encode("latin-1")


HOST = "Host:127.0.0.1:8080"


def head_seeds():
    post = ["POST", "/v1/diagnoses?prompt=rib+fracture&a=%C3%A4", HOST]
    cases = {
        "get": head(0, "GET", "/healthz", HOST, "X-Request-ID:abcdefgh"),
        "head-old": head(1, "HEAD", "/v1/volumes/a%20b"),
        "options": head(0, "OPTIONS", "*", "Host:[::1]", "Origin:http://localhost:3000"),
        "metrics": head(10, "GET", "/metrics", HOST, "Authorization:Bearer secret"),
        "key": head(8, "DELETE", "/v1/volumes/1", "Host:x", "Authorization:bearer secret"),
        "raw": head(0, *post, "Content-Type:application/octet-stream", "Content-Length:100"),
        "gzip": head(0, *post, "Content-Type:application/gzip", "Content-Length:1001"),
        "chunked": head(0, *post, "Content-Type:application/gzip;a=b", "Transfer-Encoding:Chunked",
                        "Expect:100-continue", "Content-Encoding:identity"),
        "form": head(8, *post, 'Content-Type:multipart/form-data; boundary="a b"; x=y', "Content-Length:9",
                     "Authorization:Bearer secret"),
        "smuggled": head(0, *post, "Content-Length:5", "Transfer-Encoding:chunked"),
        "spaced": head(0, *post, "Content-Length :5"),
        "huge": head(0, *post, "Content-Length:99999999999999999999"),
        "draining": head(4, "GET", "/v1/volumes/x", "Host:CT.example", "Origin:https://ct.example"),
        "dots": head(0, "GET", "/v1/../%2e%2E/a%2fb", HOST),
        "escapes": head(0, "GET", "/v1/volumes/%00%zz\\#", HOST),
        "unknown": head(0, "PROPFIND", "/?&&=&x==&%41", HOST),
    }
    return cases


def part(name, content, headers=""):
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n{headers}\r\n{content}\r\n'


def form_seeds():
    kind = "multipart/form-data; boundary=b\n"
    file = part("volume", "\r\n-\r\r\n--\r\n--c\r\n\r\n", "Content-Type: Application/Gzip; x=y\r\n")
    cases = {
        "one": kind + file + "--b--",
        "three": kind + file + part("prompt", "effusion") + part("options", "{}") + "--b--\r\nepilogue",
        "preamble": kind + "preamble\r\n" + file + "--b-- \r\n--b\r\n",
        "padded": kind + file.replace("--b\r\n", "--b \t\r\n") + "--b--",
        "marks": "1. 2. The lungs are clear",
        "quoted": 'multipart/form-data; boundary="a b"\n' + file.replace("--b", "--a b") + "--a b--",
        "escaped": kind + part('vol\\"ume\\\\', "x") + "--b--", "empty-body": kind,
        "empty-file": kind + part("volume", "") + "--b--", "twice": kind + file + file + "--b--",
        "unknown": kind + file + part("other", "x") + "--b--", "long": kind + part("prompt", "x" * 17) + "--b--",
        "many": kind + part("prompt", "") * 17 + "--b--", "cut": kind + file,
        "nested": kind + part("volume", "x", "Content-Type: multipart/mixed; boundary=c\r\n") + "--b--",
        "encoded": kind + part("volume", "x", "Content-Transfer-Encoding: base64\r\n") + "--b--",
        "binary": kind + part("volume", "x", "Content-Transfer-Encoding: BINARY\r\n") + "--b--",
        "bare-line-feed": kind + file.replace("\r\n", "\n") + "--b--",
        "delimiter-first": kind + part("volume", "--b") + "--b--",
    }
    return {name: data.encode() for name, data in cases.items()}
