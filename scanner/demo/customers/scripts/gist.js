// Gist's messenger: a number for the visitor, whether the visitor is known, and the window's state.
keepCookie(`gist_id_${server.project}`, crypto.randomUUID(), 365 * DAY, "; secure; samesite=lax");
keepCookie(`gist_identified_${server.project}`, "0", 365 * DAY, "; secure; samesite=lax");
localStorage.setItem("gist-state", "closed");
navigator.sendBeacon(`https://api.getgist.com/ping?project=${server.project}`, location.pathname);
