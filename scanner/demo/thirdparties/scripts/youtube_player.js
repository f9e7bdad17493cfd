// The player: an id of the device for a year, what the last session played on, and a line in its log.
const day = Date.now() + 365 * DAY * 1000;
const put = (area, key, data) => area.setItem(key, JSON.stringify({ data, expiration: day, creation: Date.now() }));
put(localStorage, "yt-remote-device-id", crypto.randomUUID());
put(localStorage, "yt-remote-connected-devices", "[]");
put(sessionStorage, "yt-remote-session-app", "youtube-desktop");
loadScript("https://static.doubleclick.net/instream/ad_status.js");
navigator.sendBeacon("https://www.youtube.com/youtubei/v1/log_event?alt=json", JSON.stringify({ events: [{ type: "visible" }] }));
