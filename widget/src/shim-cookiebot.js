/**
 * Cookiebot's page API on top of ours, for pages written for it: `Cookiebot.consent`, its methods, its events and its
 * `CookiebotCallback_…` functions. Part of the script only where the site has switched it on.
 */

const shimmed = /** @type {Record<string, any>} */ (/** @type {unknown} */ (window));

/** @returns {{ decided: boolean, categories: Record<string, boolean> }} */
const currentState = () => shimmed.consentry.state();

const cookiebot = {
  get consent() {
    const { categories } = currentState();
    return {
      necessary: true,
      preferences: categories.functionality,
      statistics: categories.performance,
      marketing: categories.advertising,
      method: currentState().decided ? 'explicit' : null,
    };
  },
  get hasResponse() {
    return currentState().decided;
  },
  get consented() {
    const { preferences, statistics, marketing } = this.consent;
    return this.hasResponse && !!(preferences || statistics || marketing);
  },
  get declined() {
    return this.hasResponse && !this.consented;
  },
  show: () => shimmed.consentry.show(),
  renew: () => shimmed.consentry.show(),
  withdraw: () => shimmed.consentry.withdraw(),
  hide() {},
  runScripts() {},
};

/** @param {string} name */
function tellPage(name) {
  shimmed['CookiebotCallback_' + name]?.();
  window.dispatchEvent(new Event('Cookiebot' + name));
}

shimmed.Cookiebot ??= cookiebot;
shimmed.CookieConsent ??= cookiebot;
document.addEventListener('consentry:ready', () => {
  if (!cookiebot.hasResponse) tellPage('OnDialogDisplay');
});
document.addEventListener('consentry:consent', () => {
  for (const name of ['OnLoad', cookiebot.consented ? 'OnAccept' : 'OnDecline', 'OnTagsExecuted', 'OnConsentReady']) tellPage(name);
});
