// The chat remembers its visitor and the conversation under its own origin.
localStorage.setItem("landbot:H-2741905:customer", JSON.stringify({ id: digits(9), token: hex(32) }));
localStorage.setItem("landbot:H-2741905:lastSeen", String(Date.now()));
