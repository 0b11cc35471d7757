// Tells the server the browser's time zone, so that the next page shows times in it.

const name = "gatehouse_browser_zone";
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split("; ").includes(`${name}=${zone}`)) {
  document.cookie = `${name}=${zone}; path=/; max-age=31536000; samesite=lax`;
}
