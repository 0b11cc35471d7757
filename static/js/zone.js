// Saves the browser's time zone in a cookie, so that the server shows times in it from the next page on.

const name = "gatehouse_browser_zone";
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split("; ").includes(`${name}=${zone}`)) {
  document.cookie = `${name}=${zone}; path=/; max-age=31536000; samesite=lax`;
}
