// The Google tag. It answers Consent Mode: without analytics_storage no cookie is set and the beacon says gcs=G100.
const layer = (window.dataLayer = window.dataLayer || []);
const consent = { ad_storage: "granted", analytics_storage: "granted" };
const flag = (kind) => (consent[kind] === "granted" ? "1" : "0");

const analytics = (id) => {
  const granted = consent.analytics_storage === "granted";
  const time = seconds();
  let client = `${digits(10)}.${time}`;
  if (granted) {
    client = keepCookie("_ga", `GA1.1.${client}`, 730 * DAY).split(".").slice(-2).join(".");
    writeCookie(`_ga_${id.slice(2)}`, `GS2.1.s${time}$o1$g0$t${time}$j60$l0$h0`, 730 * DAY);
  }
  const fields = new URLSearchParams({
    v: "2",
    tid: id,
    gtm: "45je5b1",
    _p: String(Date.now()),
    gcs: `G1${flag("ad_storage")}${flag("analytics_storage")}`,
    cid: client,
    ul: navigator.language.toLowerCase(),
    sr: `${screen.width}x${screen.height}`,
    en: "page_view",
    dl: location.href,
    dt: document.title,
    sid: String(time),
  });
  navigator.sendBeacon(`https://region1.google-analytics.com/g/collect?${fields}`);
};

const ads = (id) => {
  if (consent.ad_storage !== "granted") {
    return;
  }
  const linker = keepCookie("_gcl_au", `1.1.${digits(9)}.${seconds()}`, 90 * DAY);
  sendPixel(`https://googleads.g.doubleclick.net/pagead/viewthroughconversion/${id.slice(3)}/`, {
    random: String(Date.now()),
    cv: "11",
    fst: String(Date.now()),
    url: location.href,
    auid: linker.split(".").slice(2).join("."),
  });
};

const conversion = (fields) => {
  const [id, label] = String(fields.send_to).split("/");
  if (consent.ad_storage === "granted") {
    sendPixel(`https://www.googleadservices.com/pagead/conversion/${id.slice(3)}/`, { label, value: fields.value, currency_code: fields.currency });
  }
};

const handle = (command) => {
  const [name, first, second] = Array.from(command); // an event object of the container yields nothing
  if (name === "consent") {
    Object.assign(consent, second);
  } else if (name === "config" && first === server.id) {
    (first.startsWith("AW-") ? ads : analytics)(first);
  } else if (name === "event" && first === "conversion" && server.id.startsWith("AW-")) {
    conversion(second);
  }
};

layer.slice().forEach(handle);
const push = layer.push.bind(layer);
layer.push = (...entries) => {
  const length = push(...entries);
  entries.forEach(handle);
  return length;
};
