// The container's tags: Google Ads, a Floodlight counter, and a Universal Analytics tag that nobody removed in 2023.
const layer = (window.dataLayer = window.dataLayer || []);
layer.push({ "gtm.start": Date.now(), event: "gtm.js" });

function command() {
  layer.push(arguments);
}

command("config", "AW-846215390");
loadScript("https://www.googletagmanager.com/gtag/js?id=AW-846215390&l=dataLayer&cx=c");

sendPixel("https://ad.doubleclick.net/activity;src=9274416;type=larks0;cat=visit0;ord=" + digits(13), { _dc_sc: "1" });

loadScript("https://www.google-analytics.com/analytics.js");
