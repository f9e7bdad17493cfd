// Convertful: who saw which window, under the site's own name.
keepCookie("conv_person", hex(32), 365 * DAY, "; secure; samesite=lax");
keepCookie("conv_session", hex(16), 0, "; secure; samesite=lax");
sendPixel("https://app.convertful.com/api/event", { kind: "shown", person: readCookie("conv_person") });
