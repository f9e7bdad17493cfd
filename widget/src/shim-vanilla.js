/**
 * vanilla-cookieconsent's page API (version 3) on top of ours, for pages written for it: `CookieConsent.run` and what it
 * answers, the events `cc:…` on the window, its callbacks, and buttons with `data-cc`. Part of the script only where the
 * site has switched it on. What `run` is given besides callbacks says how that banner looks, and is not looked at.
 */

const vanillaPage = /** @type {Record<string, any>} */ (/** @type {unknown} */ (window));
/** @type {Record<string, Function>} */
let callbacks = {};
/** The categories as the page itself names them, as far as it told us. @type {string[]} */
let named = ['necessary', 'analytics', 'functionality', 'marketing'];

/** @returns {{ decided: boolean, consentId: string | null, categories: Record<string, boolean>, refusedServices: string[] }} */
const standing = () => vanillaPage.consentry.state();
/** Our name of a category, by the page's; one that we do not know is held like advertising. @param {string} name */
const ours = (name) =>
  /^(necessary|essential)$/i.test(name)
    ? 'necessary'
    : /^(performance|statistics|analytics|measurement)$/i.test(name)
      ? 'performance'
      : /^(functional(ity)?|preferences)$/i.test(name)
        ? 'functionality'
        : 'advertising';
/** @param {string} name */
const accepted = (name) => standing().decided && standing().categories[ours(name)] === true;

/** What that tool's cookie would hold. */
const cookieOf = () => ({ categories: named.filter(accepted), consentId: standing().consentId, revision: 0, services: {} });

/** @param {string | string[]} [wanted] "all", names, or nothing for what is necessary @param {string[]} [but] */
function acceptCategory(wanted = [], but = []) {
  const names = wanted === 'all' ? named : [wanted].flat();
  const kept = names.filter((name) => !but.includes(name)).map(ours);
  vanillaPage.consentry.accept(wanted === 'all' && !but.length ? undefined : kept);
}

const vanilla = {
  /** @param {Record<string, any>} [options] */
  async run(options = {}) {
    callbacks = options;
    if (options.categories) named = Object.keys(options.categories);
    if (standing().decided) tellVanilla('onConsent');
  },
  acceptedCategory: accepted,
  /** @param {string} service @param {string} category */
  acceptedService: (service, category) => accepted(category) && !standing().refusedServices.includes(service),
  acceptCategory,
  validConsent: () => standing().decided,
  getUserPreferences: () => ({
    acceptType: named.every(accepted) ? 'all' : named.some((name) => ours(name) !== 'necessary' && accepted(name)) ? 'custom' : 'necessary',
    acceptedCategories: named.filter(accepted),
    rejectedCategories: named.filter((name) => !accepted(name)),
  }),
  getCookie: (/** @type {string} */ field) => (field ? /** @type {Record<string, unknown>} */ (cookieOf())[field] : cookieOf()),
  showPreferences: () => vanillaPage.consentry.show(),
  show: () => vanillaPage.consentry.show(),
  hide() {},
  hidePreferences() {},
};

/** @param {string} name @param {object} [more] */
function tellVanilla(name, more) {
  const detail = { cookie: cookieOf(), ...more };
  callbacks[name]?.(detail);
  window.dispatchEvent(new CustomEvent('cc:' + name, { detail }));
}

vanillaPage.CookieConsent ??= vanilla;
/** What was accepted when the page was last told; null before a decision. @type {string[] | null} */
let before = null;
document.addEventListener('consentry:consent', () => {
  const now = cookieOf().categories;
  const earlier = before;
  before = now;
  if (earlier) {
    const changedCategories = named.filter((name) => earlier.includes(name) !== now.includes(name));
    if (changedCategories.length) tellVanilla('onChange', { changedCategories, changedServices: {} });
  } else {
    if (asked) tellVanilla('onFirstConsent');
    tellVanilla('onConsent');
  }
});
/** Whether this page began without a decision. */
let asked = false;
document.addEventListener('consentry:ready', () => {
  asked = !standing().decided;
});
document.addEventListener('click', (event) => {
  const control = event.target instanceof Element && event.target.closest('[data-cc]');
  if (!control) return;
  event.preventDefault();
  const action = control.getAttribute('data-cc') || '';
  if (action === 'accept-all') acceptCategory('all');
  else if (action === 'accept-necessary') acceptCategory([]);
  else vanilla.show();
});
