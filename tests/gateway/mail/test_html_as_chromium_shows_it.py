"""What is read of generated HTML is what Chromium shows of it: its visible words, its links, and which can be seen.

Accepted differences, and why the generator or the comparison leaves them out:

- Only what one of two screens shows counts as shown: Chromium is asked for both widths.
- `mso-hide` hides from Outlook alone, so its text is shown here as in Chromium.
- Text in the colour of its background, and a font below one pixel, is hidden here: Chromium's layout has no notion of
  legible. The generator makes neither.
- `visibility: collapse` hides here until a child is visible, as `hidden` does. Whether Chromium shows such a child
  depends on the other rows of the table. Not generated.
- A frame, a refresh and an object's data are links here, though Chromium follows them without a click; not generated.
- Addresses that stand as text are links in mail programs, not in Chromium; words of the generator hold none.
- A box that clips hides here whatever lies in it; Chromium shows what is positioned absolutely out of it. The generator
  places things off the page only, and those are hidden in either.

Slow, since Chromium lays out each of the generated documents for each width of a screen.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from gateway.mail.html_reading import read_html
from gateway.mail.html_styles import SCREENS
from gateway.preview.chromium import HOW_TO_INSTALL, find_chromium
from tests.gateway.mail.generated_html import Generator

DOCUMENTS = 300
BATCH = 50
# Runs in the page: the words that are painted, and each link with the words in it that are painted.
LOOK = """() => {
  const painted = (text) => {
    const holder = text.parentElement;
    const control = holder.tagName === 'TEXTAREA';
    const range = document.createRange();
    range.selectNodeContents(control ? holder : text);
    const rects = [...(control ? holder : range).getClientRects()];
    if (!rects.some((box) => box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0)) return false;
    if (getComputedStyle(holder).visibility !== 'visible') return false;
    for (let element = holder; element; element = element.parentElement) {
      const style = getComputedStyle(element);
      if (style.opacity === '0') return false;
      const clips = ['hidden', 'clip'].includes(style.overflowY) && style.display !== 'inline';
      if (clips && style.height === '0px') return false;
    }
    return true;
  };
  const words = (root) => {
    const found = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (['SCRIPT', 'STYLE', 'TITLE'].includes(text.parentElement.tagName)) continue;
      if (text.data.trim() && painted(text)) found.push(...text.data.trim().split(/\\s+/));
    }
    return found;
  };
  const address = (a) => a.href.baseVal === undefined ? a.href : a.href.baseVal;
  const links = [...document.querySelectorAll('a')].filter((a) => address(a) && a.textContent.trim());
  return {words: words(document.documentElement), links: links.map((a) => [address(a), words(a)])};
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    chromium = find_chromium(os.environ.get("CHROMIUM", ""))
    assert chromium, HOW_TO_INSTALL
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, chromium_sandbox=os.geteuid() != 0)
        context = browser.new_context(java_script_enabled=False, offline=True)
        yield context.new_page()
        browser.close()


def shown(page: Page, source: str) -> dict[str, Any]:
    """Return what Chromium paints of a document on one of the screens."""
    looks = []
    for width in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.set_content(source, wait_until="commit")
        looks.append(page.evaluate(LOOK))
    words = {word for look in looks for word in look["words"]}
    seen = [
        (href, any(look["links"][place][1] for look in looks)) for place, (href, _words) in enumerate(looks[0]["links"])
    ]
    return {"words": words, "links": seen}


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(DOCUMENTS // BATCH))
def test_chromium_shows_what_is_read(page: Page, batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        source = Generator(seed).document()
        theirs = shown(page, source)
        reading = read_html(source)
        assert set(reading.text.split()) == theirs["words"], f"seed {seed}: {source}"
        ours = [(link.href, not link.hidden) for link in reading.links if link.kind == "a" and link.text]
        assert ours == theirs["links"], f"seed {seed}: {source}"
