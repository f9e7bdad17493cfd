// Alore: the visitor's number for the list of contacts.
keepCookie("alore_visitor", hex(32), 365 * DAY, "; secure; samesite=lax");
sendPixel("https://app.alore.io/visit", { page: location.pathname, visitor: readCookie("alore_visitor") });
