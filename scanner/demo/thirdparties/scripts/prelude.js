// Helpers that every stub script starts with. `server` holds what the service's server wrote into the script.
const siteDomain = location.hostname.split(".").slice(-2).join(".");
const DAY = 86400;
const seconds = () => Math.floor(Date.now() / 1000);
const own = document.currentScript;

const digits = (count) => Array.from({ length: count }, (_, at) => Math.floor(Math.random() * (at ? 10 : 9)) + (at ? 0 : 1)).join("");

const hex = (count) => Array.from({ length: count }, () => Math.floor(Math.random() * 16).toString(16)).join("");

const readCookie = (name) => {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : "";
};

/** Set a cookie for the whole site; `maxAge` in seconds, 0 for the session. */
const writeCookie = (name, value, maxAge, attributes = "") => {
  const age = maxAge ? `; max-age=${maxAge}` : "";
  document.cookie = `${name}=${value}; domain=.${siteDomain}; path=/${age}${attributes}`;
  return value;
};

const keepCookie = (name, value, maxAge, attributes = "") => readCookie(name) || writeCookie(name, value, maxAge, attributes);

const loadScript = (source) => {
  const element = document.createElement("script");
  element.async = true;
  element.src = source;
  document.head.append(element);
  return element;
};

const sendPixel = (base, fields) => {
  const image = new Image(1, 1);
  image.src = `${base}${base.includes("?") ? "&" : "?"}${new URLSearchParams(fields)}`;
  return image;
};

const addFrame = (source, parent, { title = "", width = 0, height = 0 } = {}) => {
  const element = document.createElement("iframe");
  element.src = source;
  element.title = title;
  if (width && height) {
    element.width = width;
    element.height = height;
  } else {
    element.hidden = true;
  }
  element.style.border = "0";
  parent.append(element);
  return element;
};
