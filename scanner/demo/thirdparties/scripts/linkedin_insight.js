// LinkedIn Insight: an id in the site's own storage, the pixel with its chain of redirects, and DoubleClick's cookie match.
const partner = window._linkedin_partner_id;
const key = "li_adsId";
if (!localStorage.getItem(key)) {
  localStorage.setItem(key, crypto.randomUUID());
}
sendPixel("https://px.ads.linkedin.com/collect", {
  v: "2",
  fmt: "js",
  pid: partner,
  time: String(Date.now()),
  li_adsId: localStorage.getItem(key),
  url: location.origin + location.pathname,
});
sendPixel("https://cm.g.doubleclick.net/pixel?google_nid=linkedin_dmp&google_cm", {});
