// AdSense: identifiers under the site's own domain, then one frame for each space that the page pushed.
const time = seconds();
keepCookie("__gads", `ID=${hex(16)}:T=${time}:RT=${time}:S=ALNI_${hex(24)}`, 390 * DAY, "; secure; samesite=none");
keepCookie("__gpi", `UID=${hex(16)}:T=${time}:RT=${time}:S=ALNI_${hex(24)}`, 390 * DAY, "; secure; samesite=none");
keepCookie("__eoi", `ID=${hex(16)}:T=${time}:RT=${time}:S=AA-${hex(24)}`, 180 * DAY, "; secure; samesite=none");

for (const space of document.querySelectorAll("ins.adsbygoogle:not([data-adsbygoogle-status])")) {
  space.dataset.adsbygoogleStatus = "done";
  const fields = new URLSearchParams({ client: server.client, slotname: space.dataset.adSlot || "", url: location.href });
  const ad = addFrame(`https://googleads.g.doubleclick.net/pagead/ads?${fields}`, space, { title: "Advertisement", width: 728, height: 90 });
  ad.style.maxWidth = "100%";
}
