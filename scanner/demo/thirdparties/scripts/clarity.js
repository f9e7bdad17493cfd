// The recorder: the visitor for a year, the session for a day, a first packet, and the sync with Bing.
const visitor = keepCookie("_clck", `${hex(6)}%5E2%5Eg1q%5E0%5E2156`, 365 * DAY);
writeCookie("_clsk", `${hex(6)}%5E${Date.now()}%5E1%5E1%5Ek.clarity.ms%2Fcollect`, DAY);
navigator.sendBeacon("https://k.clarity.ms/collect", JSON.stringify({ project: window.clarityProject, visitor, page: location.href }));
sendPixel("https://c.clarity.ms/c.gif", {});
