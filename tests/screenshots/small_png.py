"""Small PNG files: at most 256 colours, so few that text stays as sharp as it was."""

import base64
import struct
import zlib

from playwright.sync_api import Page

# Finds the fewest shades of difference at which 256 colours cover the picture, the most used colours first.
PALETTE = """async (png) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const {width, height} = image;
  const brush = new OffscreenCanvas(width, height).getContext("2d");
  brush.drawImage(image, 0, 0);
  const pixels = new Uint32Array(brush.getImageData(0, 0, width, height).data.buffer);
  const uses = new Map();
  for (const pixel of pixels) uses.set(pixel, (uses.get(pixel) ?? 0) + 1);
  const colours = [...uses.keys()].sort((one, other) => uses.get(other) - uses.get(one));
  const apart = (one, other) =>
    Math.max(...[0, 8, 16].map((bits) => Math.abs((one >> bits & 255) - (other >> bits & 255))));
  let palette, nearest;
  for (let shades = 0; !palette || palette.length > 256; shades += 3) {
    palette = [];
    nearest = new Map();
    for (const colour of colours) {
      let index = palette.findIndex((kept) => apart(kept, colour) <= shades);
      if (index < 0) index = palette.push(colour) - 1;
      if (palette.length > 256) break;
      nearest.set(colour, index);
    }
  }
  const indices = Uint8Array.from(pixels, (pixel) => nearest.get(pixel));
  const text = (bytes) => {
    let found = "";
    for (let at = 0; at < bytes.length; at += 32768) found += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(found);
  };
  const table = Uint8Array.from(palette.flatMap((colour) => [colour & 255, colour >> 8 & 255, colour >> 16 & 255]));
  return {width, height, table: text(table), indices: text(indices)};
}"""


def small_png(page: Page, png: bytes) -> bytes:
    """Return the picture with a palette. `page` is any page without a policy; its browser does the reckoning."""
    found = page.evaluate(PALETTE, base64.b64encode(png).decode())
    width, height = found["width"], found["height"]
    indices = base64.b64decode(found["indices"])
    rows = b"".join(b"\0" + indices[start : start + width] for start in range(0, width * height, width))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", base64.b64decode(found["table"]))
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
