// Criteo: the identifier in a frame of its own, a bundle under the site's domain, and the event.
addFrame(`https://gum.criteo.com/syncframe?origin=onetag&topUrl=${location.hostname}`, document.body);
const bundle = keepCookie("cto_bundle", `${hex(8)}${hex(60)}`, 390 * DAY);
navigator.sendBeacon(`https://sslwidget.criteo.com/event?a=${new URL(own.src).searchParams.get("a")}&p=${encodeURIComponent(location.pathname)}&bundle=${bundle}`);
