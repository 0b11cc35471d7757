"""Generate HTML documents that nest, hide and link in ways that real and hostile mail does, each from a seed."""

import random

_BLOCKS = ("div", "p", "center", "blockquote", "section", "h2", "ul", "address", "pre", "fieldset")
_INLINES = ("span", "b", "i", "font", "em", "u", "small", "code", "nobr")
_HIDING = (
    "display:none",
    "DISPLAY : NONE",
    "display:none!important",
    "display:none;display:block",
    "display:block;display:none",
    "display:none;display:bogus",
    "dis\\70lay:none",
    "visibility:hidden",
    "visibility:visible",
    "font-size:0",
    "font-size:0px",
    "font-size:14px",
    "font-size:2em",
    "font-size:150%",
    "font:0/0 serif",
    "font:italic 15px/1.5 serif",
    "font-size:0;font-size:12px",
    "font-size:larger",
    "opacity:0",
    "opacity:0.0",
    "opacity:.5",
    "opacity:0%",
    "max-height:0;overflow:hidden",
    "max-height:0",
    "height:0;overflow:hidden",
    "display:inline-block;height:0;overflow:hidden",
    "max-height:0px;overflow:hidden;max-height:none",
    "/*display:none*/color:red",
    "color:'display:none'",
    "display:inline",
    "display:none;display:inherit",
    "display:none;all:unset",
    "font-size:0;font-size:initial",
    "font-size:inherit",
    "visibility:hidden;visibility:unset",
    "display:none;display:var(--no)",
    "font-size:0;font-size:calc(6px + 8px)",
    "position:absolute;left:-9999px",
    "text-decoration:none",
    "mso-hide:all",
    "display:none;/*",
    "content:'a;display:none'",
)
_RULES = (
    ".c0{display:none}",
    ".c0{display:block!important}",
    "#i1{display:none}",
    "div.c1{visibility:hidden}",
    ".c1 .c2{font-size:0}",
    "p{opacity:1}",
    "span.c2,b{display:inline}",
    "@media print{.c3{display:none}}",
    "@media screen{.c3{font-size:0}}",
    "@media only screen and (max-width:600px){.c1{display:none}}",
    "@media only screen and (max-width:600px){.c4{display:block!important}}",
    "@media (min-width:800px){.c4{display:none}}",
    ".c4>span{display:none}",
    "/* .c5{display:none} */",
    "<!-- .c5{visibility:hidden} -->",
    ".c5{display:none;display:wrong}",
    ".c5:hover{display:none}",
    "@media screen{@media (max-width:5000px){.c6{display:none}}}",
    "@supports (display:block){.c6{display:block}}",
    "a:not(.c2){visibility:visible}",
    "unknown::selector, .c3{display:none}",
)


class Generator:
    """One document. Every text is a word of its own, and every link leads to an address of its own."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._number = 0

    def document(self) -> str:
        """Return the document."""
        chance = self._random.random
        sheet = "".join(self._random.sample(_RULES, self._random.randint(0, 6)))
        head = ("<style>" + sheet + "</style>") if sheet else ""
        head += '<base href="http://base.test/dir/page">' if chance() < 0.3 else ""
        head += "<title>no text</title>" if chance() < 0.3 else ""
        body = "".join(self._part(0) for _ in range(self._random.randint(2, 6)))
        start = "<!doctype html>" if chance() < 0.5 else ""
        opened = self._random.choice(("<html><head>", "<head>", ""))
        return start + opened + head + self._random.choice(("</head><body>", "<body>", "")) + body

    def _word(self) -> str:
        self._number += 1
        return f"w{self._number} "

    def _attributes(self) -> str:
        chance = self._random.random
        found = ""
        if chance() < 0.15:
            found += f' style="{self._random.choice(_HIDING)}"'
        if chance() < 0.2:
            found += f" class='c{self._random.randint(0, 6)} c{self._random.randint(0, 6)}'"
        if chance() < 0.05:
            found += f" id=i{self._random.randint(0, 2)}"
        if chance() < 0.03:
            found += " hidden"
        if chance() < 0.03:
            found += ' style="display:none" title="a>b"'
        return found

    def _part(self, depth: int) -> str:
        if depth > 6:
            return self._word()
        kinds = (self._block, self._inline, self._inline, self._link, self._link, self._table, self._list, self._odd)
        return self._word() + self._random.choice(kinds)(depth + 1)

    def _parts(self, depth: int) -> str:
        return "".join(self._part(depth) for _ in range(self._random.randint(1, 2)))

    def _closed(self, name: str) -> str:
        return self._random.choice((f"</{name}>",) * 6 + (f"</{name.upper()} >", "", "</b>", "</div>"))

    def _block(self, depth: int) -> str:
        name = self._random.choice(_BLOCKS)
        return f"<{name}{self._attributes()}>{self._parts(depth)}{self._closed(name)}"

    def _inline(self, depth: int) -> str:
        name = self._random.choice(_INLINES)
        return f"<{name}{self._attributes()}>{self._parts(depth)}{self._closed(name)}"

    def _link(self, depth: int) -> str:
        self._number += 1
        address = self._random.choice(
            (
                f"https://host{self._number}.test/p?a=1&amp;b=2",
                f"HTTP://HOST{self._number}.test:80/../x",
                f"http:\\\\host{self._number}.test\\p",
                f" https://us&#101;r:pw@host{self._number}.test/ ",
                f"https://m\u00fchle{self._number}.test/\u00e9",
                f"https://host{self._number}.te\tst/a b",
                f"mailto:a{self._number}@host.test",
                f"http://0x7f000001/{self._number}",
            )
        )
        return f'<a href="{address}"{self._attributes()}>{self._parts(depth)}{self._closed("a")}'

    def _table(self, depth: int) -> str:
        rows = "".join(
            f"<tr{self._attributes()}>" + "".join(f"<td{self._attributes()}>{self._part(depth)}" for _ in range(2))
            for _ in range(self._random.randint(1, 2))
        )
        stray = self._word() if self._random.random() < 0.2 else ""
        return f"<table{self._attributes()}>{stray}{rows}{self._closed('table')}"

    def _list(self, depth: int) -> str:
        items = "".join(f"<li{self._attributes()}>{self._part(depth)}" for _ in range(2))
        return f"<ul{self._attributes()}>{items}{self._closed('ul')}"

    def _odd(self, depth: int) -> str:
        self._number += 1
        address = f"https://odd{self._number}.test/"
        return self._random.choice(
            (
                f"<!-- {self._word()}<a href=http://no.test>no</a> -->",
                f"<!--{self._word()}--!>{self._word()}",
                f"<object>{self._part(depth)}</object>",
                f"<![if !mso]>{self._part(depth)}<![endif]>",
                f"<script>'<p>{self._word()}</p>'</script>",
                f"<template><a href=http://no.test>{self._word()}</a></template>",
                f"<form action='{address}'><button formaction='{address}b'>{self._word()}</button></form>",
                f"<svg width=90 height=30><a xlink:href='{address}'><text y=20>{self._word()}</text></a></svg>",
                f"<plain-name>{self._part(depth)}</plain-name>",
                f"<noscript>{self._part(depth)}</noscript>",
                f"</p>{self._word()}</br>{self._word()}",
                f"<br/>{self._word()}<hr>{self._word()}<a/href={address}>{self._word()}</a>",
                f"<p{self._attributes()}>{self._word()}<p>{self._word()}",
                f"<textarea>{self._word()}</textarea>",
                f"<![CDATA[{self._word()}]]>",
            )
        )
