// The TikTok pixel: an identifier under the site's own domain, and one event.
const visitor = keepCookie("_ttp", hex(27), 390 * DAY, "; secure; samesite=none");
fetch("https://analytics.tiktok.com/api/v2/pixel", {
  method: "POST",
  mode: "no-cors",
  credentials: "include",
  keepalive: true,
  body: JSON.stringify({ event: "Pageview", ttp: visitor, url: location.href }),
});
