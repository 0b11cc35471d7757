"""A server that must never be called, and documents that try everything to call it."""

import http.server
import socket
import threading
from contextlib import contextmanager


class Canary:
    """Counts connections to a port of an address of this machine, and lookups sent to it as a name server."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.hits: list[str] = []
        canary = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                canary.hits.append(f"connection from {self.client_address}")
                super().handle_one_request()

            def do_GET(self) -> None:
                canary.hits.append(self.path)
                self.send_response(200)
                self.end_headers()

            do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - the names that http.server looks for

            def log_message(self, *_arguments: object) -> None:
                return

        self._server = http.server.ThreadingHTTPServer((host, 0), Handler)
        self.address = f"{host}:{self._server.server_address[1]}"
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((host, 0))
        self._udp.settimeout(0.2)
        self.udp_address = f"{host}:{self._udp.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def udp_hits(self) -> int:
        """Return how many datagrams came, WebRTC's for instance."""
        count = 0
        try:
            while self._udp.recv(2048):
                count += 1
        except TimeoutError:
            return count
        return count

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._udp.close()


@contextmanager
def canary(host: str = "127.0.0.1"):
    made = Canary(host)
    try:
        yield made
    finally:
        made.close()


# Each is a document or a part of one; {url} is an address at the canary.
VECTORS = [
    '<img src="{url}/img">',
    '<img srcset="{url}/srcset 1x, {url}/srcset2 2x">',
    '<img src="//{host}/schemeless">',
    '<picture><source srcset="{url}/source"><img></picture>',
    '<body background="{url}/background">',
    '<table background="{url}/table"><tr><td background="{url}/cell">x</table>',
    '<div style="background:url({url}/style)">x</div>',
    "<div style=\"background-image:image-set('{url}/imageset' 1x)\">x</div>",
    '<div style="border-image-source:url({url}/border);list-style-image:url({url}/list)">x</div>',
    '<div style="cursor:url({url}/cursor),auto;mask-image:url({url}/mask)">x</div>',
    '<div style="filter:url({url}/filter.svg#f);clip-path:url({url}/clip.svg#c)">x</div>',
    "<style>@import url({url}/import.css);</style>",
    '<style>@import "{url}/import2.css" screen;</style>',
    "<style>@font-face{{font-family:f;src:url({url}/font)}}p{{font-family:f}}</style><p>x</p>",
    "<style>p::before{{content:url({url}/content)}}</style><p>x</p>",
    "<style>@media print{{p{{background:url({url}/print)}}}}</style><p>x</p>",
    "<style>:root{{--x:url({url}/variable)}}p{{background:var(--x)}}</style><p>x</p>",
    '<link rel="stylesheet" href="{url}/sheet.css">',
    '<link rel="prefetch" href="{url}/prefetch">',
    '<link rel="preload" as="image" href="{url}/preload">',
    '<link rel="modulepreload" href="{url}/module.js">',
    '<link rel="preconnect" href="{url}"><link rel="dns-prefetch" href="{url}">',
    '<link rel="prerender" href="{url}/prerender"><link rel="next" href="{url}/next">',
    '<link rel="icon" href="{url}/icon"><link rel="apple-touch-icon" href="{url}/touch">',
    '<link rel="manifest" href="{url}/manifest.json">',
    '<link rel="search" type="application/opensearchdescription+xml" href="{url}/search.xml">',
    '<script src="{url}/script.js"></script>',
    '<script>fetch("{url}/fetch");new Image().src="{url}/newimage";navigator.sendBeacon("{url}/beacon")</script>',
    '<script>new WebSocket("ws://{host}/socket");new EventSource("{url}/events")</script>',
    '<script>new RTCPeerConnection({{iceServers:[{{urls:"stun:{udp}"}}]}}).createDataChannel("x")</script>',
    '<script type="speculationrules">{{"prefetch":[{{"source":"list","urls":["{url}/speculation"]}}]}}</script>',
    "<img src=x onerror=\"fetch('{url}/onerror')\">",
    "<body onload=\"location='{url}/onload'\">",
    '<iframe src="{url}/iframe"></iframe>',
    '<iframe srcdoc="&lt;img src={url}/srcdoc&gt;"></iframe>',
    '<object data="{url}/object"></object><embed src="{url}/embed">',
    '<object type="text/html" data="{url}/object2"><param name="movie" value="{url}/movie"></object>',
    '<frameset><frame src="{url}/frame"></frameset>',
    '<meta http-equiv="refresh" content="0;url={url}/refresh">',
    '<meta http-equiv="Content-Security-Policy" content="report-uri {url}/csp"><img src="{url}/x">',
    '<meta http-equiv="Link" content="<{url}/metalink>; rel=preload; as=image">',
    '<base href="{url}/"><img src="based">',
    '<video src="{url}/video" poster="{url}/poster" autoplay></video><audio src="{url}/audio" autoplay></audio>',
    '<video autoplay><source src="{url}/videosource"><track src="{url}/track" default></video>',
    '<svg><image href="{url}/svgimage"/><use href="{url}/use.svg#x"/></svg>',
    '<svg><script href="{url}/svgscript"/><foreignObject><img src="{url}/foreign"></foreignObject></svg>',
    '<svg><style>@import url({url}/svgstyle);</style><a href="{url}/a"><text y="20">x</text></a></svg>',
    '<input type="image" src="{url}/input"><form action="{url}/form" id="f"><button autofocus>x</button></form>',
    '<a href="{url}/ping" ping="{url}/pinged" autofocus>x</a>',
    '<html manifest="{url}/appcache"><p>x',
    '<xml src="{url}/xml"></xml><bgsound src="{url}/bgsound"><layer src="{url}/layer">',
    "<marquee onstart=\"fetch('{url}/marquee')\">x</marquee>",
    '<portal src="{url}/portal"></portal><fencedframe src="{url}/fenced"></fencedframe>',
    '<math href="{url}/math"><mi xlink:href="{url}/xlink">x</mi></math>',
    '<img src="http://canary.localhost:{port}/localhost"><img src="http://[::ffff:127.0.0.1]:{port}/mapped">',
    '<img src="ftp://{host}/ftp"><img src="file:///etc/passwd"><iframe src="view-source:{url}/view"></iframe>',
    '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E'
    '%3Cimage href=%22{url}/insvg%22/%3E%3C/svg%3E">',
    '<template shadowrootmode="open"><img src="{url}/shadow"></template>',
    '<img loading="lazy" src="{url}/lazy"><img attributionsrc="{url}/attribution" src="{url}/a">',
]


def documents(canary: Canary) -> list[str]:
    """Return the vectors with the canary's address in them."""
    host, port = canary.address, canary.address.rpartition(":")[2]
    return [vector.format(url=f"http://{host}", host=host, port=port, udp=canary.udp_address) for vector in VECTORS]
