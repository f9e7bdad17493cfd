/**
 * Puts a site's cookie declaration, and what the visitor chose, into its page: into each element with
 * `data-consentry-declaration` (everything) or `data-consentry-choice` (the choice alone). No frame, no inline style or
 * script, no HTML from text, so that strict policies and Trusted Types have nothing to refuse.
 *
 * The tables are in a shadow root, so that neither the page's styles nor ours reach the other. The two buttons are the page's:
 * the widget listens for clicks on `data-consentry-action`, and the page's own styles for buttons hold.
 */
(() => {
  'use strict';
  const settings = __SETTINGS__;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(__STYLE__);
  const CHOICES = ['performance', 'functionality', 'advertising'];
  /** @type {Set<() => void>} */
  const choices = new Set();

  /** @param {string} name @param {Record<string, string>} attributes @param {...(Node | string)} children */
  function h(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    element.append(...children.filter((child) => child !== ''));
    return element;
  }

  /** @param {string} text @param {Record<string, string>} values */
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  /** Only an address of the web becomes a link. @param {string} url @param {string} text */
  const link = (url, text) => (/^https?:/.test(url) ? h('a', { href: url, rel: 'noopener' }, text) : text);

  /** @param {string} text */
  const code = (text) => h('code', { dir: 'ltr' }, text);

  /** A name keeps its own direction. @param {string} text */
  const bdi = (text) => h('bdi', {}, text);

  const api = () => /** @type {any} */ (window).consentry;

  /**
   * The visitor's choice, kept up to date; without the widget, where it can be seen.
   *
   * @param {HTMLElement} host @param {any} told
   */
  function choice(host, told) {
    const { texts } = told;
    const status = h('p', { role: 'status', part: 'state' });
    const id = h('p', { part: 'consent-id' });
    const elsewhere = h('p', {}, link(told.url, texts.elsewhere));
    const change = h('button', { type: 'button', slot: 'change', 'data-consentry-action': 'settings' }, texts.change);
    const withdraw = h('button', { type: 'button', slot: 'withdraw', 'data-consentry-action': 'withdraw' }, texts.withdraw);
    const buttons = h('p', { class: 'buttons' }, h('slot', { name: 'change' }), h('slot', { name: 'withdraw' }));
    host.replaceChildren(change, withdraw);
    const update = () => {
      const state = api()?.state?.();
      elsewhere.hidden = !!state;
      for (const part of [status, id, buttons, change, withdraw]) part.hidden = !state;
      if (!state) return;
      const granted = CHOICES.filter((category) => state.categories[category]);
      const names = ['necessary', ...granted].map((category) => texts[category]);
      const until = state.validUntil && new Intl.DateTimeFormat(told.language, { dateStyle: 'long' }).format(new Date(state.validUntil));
      const allowed = fill(texts.allowed, { categories: new Intl.ListFormat(told.language, { type: 'unit', style: 'short' }).format(names) });
      status.replaceChildren(...(state.decided ? [allowed, h('br', {}), fill(texts.valid_until, { date: until })] : [texts.undecided]));
      withdraw.hidden = !granted.length;
      id.hidden = !state.consentId;
      id.replaceChildren(texts.consent_id + ': ', code(state.consentId || ''), ' ', link(`${settings.server}/v1/consent/${state.consentId}`, texts.receipt));
    };
    choices.add(update);
    update();
    const level = host.hasAttribute('data-consentry-declaration') ? 'h3' : 'h2';
    return h('section', { part: 'choice' }, h(level, { part: 'heading' }, texts.choice), status, buttons, id, elsewhere);
  }

  /** @param {any} item @param {any} texts */
  function row(item, texts) {
    const cells = {
      name: [code(item.name)],
      vendor: [bdi(item.provider), item.country_name && `, ${item.country_name}`, ...(item.host === item.provider ? [] : [h('br', {}), h('small', { dir: 'ltr' }, item.host)])],
      purpose: [h('span', { dir: 'auto' }, item.purpose || '–')],
      duration: [item.lifetime],
      type: [item.kind],
      access: [item.access_text],
    };
    return h('tr', { role: 'row' }, ...Object.entries(cells).map(([key, content]) => h('td', { role: 'cell', 'data-label': texts[key] }, ...content)));
  }

  /** @param {any} category @param {any} texts */
  function section(category, texts) {
    const heads = ['name', 'vendor', 'purpose', 'duration', 'type', 'access'].map((key) => h('th', { scope: 'col', role: 'columnheader' }, texts[key]));
    const services = category.services.map((/** @type {any} */ one) => one.service);
    return h(
      'section',
      { part: 'category' },
      h('h3', { part: 'heading' }, category.title),
      h('p', {}, category.about + (category.needs_consent ? ` (${texts.needs_consent})` : '')),
      category.items.length
        ? h(
            'table',
            { role: 'table', part: 'table' },
            h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...heads)),
            h('tbody', { role: 'rowgroup' }, ...category.items.map((/** @type {any} */ item) => row(item, texts))),
          )
        : h('p', {}, texts.none),
      services.length ? h('p', {}, h('small', {}, `${texts.services}: ${services.join(', ')}`)) : '',
    );
  }

  /** @param {any} told */
  function history(told) {
    const { texts } = told;
    if (!told.published && !told.changes.length) return '';
    /** @param {any} thing */
    const line = (thing) =>
      h('li', {}, code(thing.name), ` (${thing.kind}, `, bdi(thing.provider), `, ${thing.category})`, ...thing.details.flatMap((/** @type {string} */ text) => [h('br', {}), h('small', { dir: 'auto' }, text)]));
    /** @param {any} change */
    const entry = (change) => [
      h('dt', {}, h('time', { datetime: change.date }, change.date_text)),
      ...['new', 'gone', 'changed'].filter((key) => change[key].length).map((key) => h('dd', {}, texts[key] + ':', h('ul', {}, ...change[key].map(line)))),
    ];
    return h(
      'details',
      { part: 'changes' },
      h('summary', {}, texts.changes),
      h('dl', {}, ...told.changes.flatMap(entry)),
      told.published ? h('p', {}, `${texts.first}: `, h('time', { datetime: told.published }, told.published_text)) : '',
    );
  }

  /** @param {HTMLElement} host @param {any} told */
  function render(host, told) {
    const root = host.shadowRoot || host.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    const whole = host.hasAttribute('data-consentry-declaration');
    const around = { lang: told.language, dir: told.direction, part: 'declaration' };
    const parts = whole
      ? [
          h('h2', { part: 'heading' }, told.texts.title),
          h('p', {}, told.texts.intro),
          told.texts.controller ? h('p', {}, told.texts.controller) : '',
          choice(host, told),
          ...told.categories.map((/** @type {any} */ one) => section(one, told.texts)),
          history(told),
        ]
      : [choice(host, told)];
    root.replaceChildren(h('div', around, ...parts));
  }

  /** Of the page's language, where the declaration can be had in it and the script's address names none. @param {HTMLElement} host */
  async function told(host) {
    const main = settings.declaration;
    const [wanted] = (host.closest('[lang]')?.getAttribute('lang') || '').toLowerCase().split('-');
    if (settings.fixed || wanted === main.language || !main.languages.includes(wanted)) return main;
    try {
      const answer = await fetch(`${settings.server}/v1/sites/${main.site}/declaration.json?lang=${wanted}`, { credentials: 'omit' });
      return answer.ok ? (await answer.json()).data : main;
    } catch {
      return main;
    }
  }

  function start() {
    for (const host of document.querySelectorAll('[data-consentry-declaration], [data-consentry-choice]')) {
      if (host instanceof HTMLElement) void told(host).then((found) => render(host, found));
    }
  }

  const update = () => choices.forEach((one) => one());
  document.addEventListener('consentry:ready', update);
  document.addEventListener('consentry:consent', update);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
})();
