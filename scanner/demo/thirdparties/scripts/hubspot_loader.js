// HubSpot's loader: two scripts, the first under a path that changes every five minutes.
const window5 = Math.floor(Date.now() / 300000) * 300000;
loadScript(`https://js.hs-analytics.net/analytics/${window5}/${server.portal}.js`);
loadScript(`https://js.hs-banner.com/v2/${server.portal}/banner.js`);
