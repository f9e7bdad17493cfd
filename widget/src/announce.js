/**
 * What the site announces, in one language: a region at the lower edge that takes no focus and covers no control of ours. It
 * is closed by its button or Esc, and then not shown again in this browser until it is over: a cookie remembers that, which
 * the visitor asked for by closing it, and which ends with the announcement.
 */
import { button } from './banner.js';
import { config } from './config.js';
import { hostMatches } from './decide.js';
import { details } from './details.js';
import { addStyles, h, shell } from './dom.js';
import { sleep } from './chunk.js';
import { state } from './state.js';
import { addTexts, t } from './texts.js';

/** @typedef {typeof announcePart} Announce */

/** Assistive technology hears of a text that comes into a region which it knows already. */
const HEARD = 200;

addStyles(details.css);
addTexts(details.texts);

/** @param {string} id @param {number} end Unix seconds */
function remember(id, end) {
  const domain = config.own.find((own) => hostMatches(location.hostname, own));
  document.cookie =
    `consentry_read=${id}; Path=/; Expires=${new Date(end * 1000).toUTCString()}; SameSite=Lax` +
    (domain?.includes('.') ? `; Domain=${domain}` : '') +
    (location.protocol === 'https:' ? '; Secure' : '');
}

/** @param {string | string[]} block */
const written = (block) => (Array.isArray(block) ? h('ul', {}, ...block.map((entry) => h('li', {}, entry))) : h('p', {}, block));

/**
 * @param {string} id
 * @param {number} from who decides later than this (Unix seconds) has nothing to be told
 * @param {number} end
 */
async function announce(id, from, end) {
  const { title, blocks, link, language, dir } = details.announcement;
  const status = h('p', { class: 'heard', role: 'status', lang: language });
  const text = h(
    'div',
    { class: 'told', lang: language, dir },
    h('h2', { id: 'announced' }, title),
    ...blocks.map(written),
    link && h('p', {}, h('a', { href: link }, t('policy'))),
  );
  const close = button('close', 'button quiet');
  const host = shell('consentry-announcement', h('section', { class: 'announcement', 'aria-labelledby': 'announced' }, text, close), status);
  const gone = () => {
    host.remove();
    document.removeEventListener('consentry:consent', decided);
    document.documentElement.style.scrollPaddingBottom = '';
  };
  const decided = () => {
    if (state.decision && state.decision.t >= from) gone();
  };
  const closed = () => {
    remember(id, end);
    gone();
  };
  close.addEventListener('click', closed);
  host.addEventListener('keydown', ({ key }) => key === 'Escape' && closed());
  document.addEventListener('consentry:consent', decided);
  document.body.prepend(host); // first in the focus order, wherever it is painted, as the banner is
  // What is longer than its box can be scrolled by the keyboard; and nothing that has the focus ends up behind it.
  new ResizeObserver(() => {
    if (text.scrollHeight > text.clientHeight) text.tabIndex = 0;
    else text.removeAttribute('tabindex');
    if (host.isConnected) document.documentElement.style.scrollPaddingBottom = (close.parentElement?.offsetHeight || 0) + 16 + 'px';
  }).observe(text);
  await sleep(HEARD);
  status.append(title);
}

export const announcePart = { announce };
