// Universal Analytics: the client id is shared with GA4, the day's id and the throttle are its own.
const client = keepCookie("_ga", `GA1.2.${digits(10)}.${seconds()}`, 730 * DAY);
const day = keepCookie("_gid", `GA1.2.${digits(10)}.${seconds()}`, DAY);
writeCookie(`_gat_${server.id}`, "1", 60);

sendPixel("https://www.google-analytics.com/r/collect", {
  v: "1",
  _v: "j101",
  t: "pageview",
  tid: server.id,
  cid: client.split(".").slice(-2).join("."),
  _gid: day.split(".").slice(-2).join("."),
  dl: location.href,
  z: digits(9),
});
