// HubSpot's analytics: the visitor, the sessions before, this session, and a mark that the browser was restarted.
const time = Date.now();
const visitor = keepCookie("hubspotutk", hex(32), 180 * DAY, "; samesite=lax");
keepCookie("__hstc", `${digits(9)}.${visitor}.${time}.${time}.${time}.1`, 180 * DAY, "; samesite=lax");
keepCookie("__hssrc", "1", 0, "; samesite=lax");
writeCookie("__hssc", `${digits(9)}.1.${time}`, 1800, "; samesite=lax");
sendPixel("https://track.hubspot.com/__ptq.gif", { k: "1", sd: `${screen.width}x${screen.height}`, a: server.portal, pu: location.href, t: document.title, vi: visitor });
