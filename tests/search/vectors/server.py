"""A server that embeds as OpenAI's does, or misbehaves in one way."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Behaviour:
    """:ivar answer: request → body; :ivar drip_seconds: between single letters of the body"""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.wait_seconds = 0.0
        self.drip_seconds = 0.0
        self.dimensions = 3

    def answer(self, request: dict[str, Any]) -> Any:
        rows = [
            {"object": "embedding", "index": number, "embedding": [float(len(text))] + [1.0] * (self.dimensions - 1)}
            for number, text in enumerate(request["input"])
        ]
        return {"object": "list", "data": rows[::-1], "model": request["model"]}


@contextlib.contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            behaviour.requests.append((self.path, dict(self.headers), request))
            time.sleep(behaviour.wait_seconds)
            answer = behaviour.answer(request)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(behaviour.status)
            for name, value in behaviour.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                if behaviour.drip_seconds:
                    for letter in body:
                        self.wfile.write(bytes([letter]))
                        self.wfile.flush()
                        time.sleep(behaviour.drip_seconds)
                else:
                    self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
