// Meta Pixel: `init` loads the pixel's configuration, `track` sends an image. `consent revoke` holds both.
const entry = window.fbq;
let revoked = false;
const pixels = [];

const track = (event, fields = {}) => {
  for (const id of revoked ? [] : pixels) {
    const browser = keepCookie("_fbp", `fb.1.${Date.now()}.${digits(18)}`, 90 * DAY, "; secure; samesite=lax");
    sendPixel("https://www.facebook.com/tr/", { id, ev: event, dl: location.href, rl: document.referrer, ts: String(Date.now()), fbp: browser, ...fields });
  }
};

const handle = ([command, first, second]) => {
  if (command === "consent") {
    revoked = first === "revoke";
  } else if (command === "init" && !revoked) {
    pixels.push(first);
    loadScript(`https://connect.facebook.net/signals/config/${first}?v=2.9.180`);
  } else if (command === "track") {
    track(first, second);
  }
};

entry.queue.forEach((entryArguments) => handle(Array.from(entryArguments)));
entry.queue.length = 0;
entry.callMethod = (...entryArguments) => handle(entryArguments);
