"""What axe-core and two rules of our own find wrong on a page.

Scripts are evaluated through the browser's debugger, which a page's policy does not bind.
"""

from pathlib import Path

import axe_core_python
from playwright.sync_api import Page

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]

# This axe-core can't read oklch() and skips every colour: computed styles are spelled as rgba() for it.
PLAIN_COLOURS = r"""() => {
  const brush = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const known = new Map();
  const spelled = (colour) => {
    if (!known.has(colour)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
      known.set(colour, `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`);
    }
    return known.get(colour);
  };
  const plain = (value) =>
    typeof value === "string" ? value.replace(/\b(?:oklch|oklab|lch|lab|color)\([^()]*\)/g, spelled) : value;
  const original = window.getComputedStyle.bind(window);
  window.getComputedStyle = (...asked) => new Proxy(original(...asked), {
    get(style, name) {
      const value = style[name];
      return typeof value === "function" ? (...rest) => plain(value.apply(style, rest)) : plain(value);
    },
  });
}"""

RUN = """async (options) => {
  const found = await axe.run({...options, resultTypes: ["violations"]});
  // Rules that broke are listed as incomplete, with the error: they judged nothing.
  const broken = found.incomplete.filter((rule) => rule.error);
  return [...found.violations, ...broken].map((rule) =>
    `${rule.id}: ${rule.help} at ${rule.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
}"""

# WCAG 2.2's target size, unknown to this axe-core: 24 by 24 px, or so far from the next that it doesn't matter.
SMALL_TARGETS = """() => {
  const shown = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((target) => target.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}))
    .map((target) => target.matches("label :is([type=checkbox], [type=radio])") ? target.closest("label") : target)
    .map((target) => ({target, box: target.getBoundingClientRect()}))
    .filter(({target, box}) => box.width > 1 && box.height > 1 && getComputedStyle(target).display !== "inline");
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const isSmall = (box) => box.width < 23.5 || box.height < 23.5;
  const away = ([x, y], box) =>
    Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
  const crowds = (one, other) => isSmall(other.box)
    ? Math.hypot(...middle(one.box).map((at, axis) => at - middle(other.box)[axis])) < 24
    : away(middle(one.box), other.box) < 12;
  // What sticks to an edge of the window covers what scrolls under it, at this moment by chance.
  const layer = (target) => {
    while (target && !["sticky", "fixed"].includes(getComputedStyle(target).position)) target = target.parentElement;
    return target;
  };
  const related = ({target: one}, {target: other}) =>
    one.contains(other) || other.contains(one) || layer(one) !== layer(other);
  return shown.flatMap((one) => {
    const near = isSmall(one.box) && shown.find((other) => !related(one, other) && crowds(one, other));
    if (!near) return [];
    const [size, [tag, next]] = [[one.box.width, one.box.height].map(Math.round), [one, near].map(
      ({target}) => target.outerHTML.slice(0, 120))];
    return [`target-size: ${size.join(" by ")} px of ${tag} beside ${next}`];
  });
}"""

SIDEWAYS = """() => {
  const {scrollWidth, clientWidth} = document.documentElement;
  return scrollWidth > clientWidth + 1 ? [`it scrolls sideways: ${scrollWidth} px in ${clientWidth}`] : [];
}"""


def prepare(page: Page) -> None:
    """Load axe-core into the page that is open."""
    page.evaluate(PLAIN_COLOURS)
    page.evaluate(AXE)


def faults(page: Page) -> list[str]:
    """Return what is wrong with a prepared page, a sentence each."""
    found: list[str] = page.evaluate(RUN, {"runOnly": TAGS})
    return found + page.evaluate(SMALL_TARGETS) + page.evaluate(SIDEWAYS)


def colour_faults(page: Page) -> list[str]:
    """Return what is wrong with a prepared page's colours: all that another colour scheme can change."""
    found: list[str] = page.evaluate(RUN, {"runOnly": {"type": "rule", "values": COLOUR_RULES}})
    return found


def layout_faults(page: Page) -> list[str]:
    """Return what is wrong with a prepared page apart from colours: all that another size of the window can change."""
    rules = {rule: {"enabled": False} for rule in COLOUR_RULES}
    found: list[str] = page.evaluate(RUN, {"runOnly": TAGS, "rules": rules})
    return found + page.evaluate(SMALL_TARGETS) + page.evaluate(SIDEWAYS)
