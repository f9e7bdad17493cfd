/** Stands in for an embedded frame that waits: says what it is, and loads it once or allows its category. */
import { shell, h } from './dom.js';
import { categoryOf, heldUrl, judge, letGo, onHeldFrame } from './gate.js';
import { NAMES } from './decide.js';
import { t } from './texts.js';

/** Frames that nobody was meant to see (counting pixels) get no placeholder. @param {HTMLIFrameElement} frame */
function isVisible(frame) {
  const width = Number(frame.getAttribute('width') || 300);
  const height = Number(frame.getAttribute('height') || 150);
  const style = getComputedStyle(frame);
  return width > 10 && height > 10 && style.display !== 'none' && style.visibility !== 'hidden';
}

/**
 * @param {(letter: string) => void} allow allow a category for good
 * @param {(url: URL) => boolean} once prepare to load a frame this once; true where the page reloads for it
 */
export function watchFrames(allow, once) {
  onHeldFrame((frame) => {
    const place = () => setPlaceholder(frame, allow, once);
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', place);
    else queueMicrotask(place);
  });
}

/**
 * @param {HTMLIFrameElement} frame
 * @param {(letter: string) => void} allow
 * @param {(url: URL) => boolean} once
 */
function setPlaceholder(frame, allow, once) {
  const url = heldUrl(frame);
  if (!url || !frame.isConnected || frame.previousElementSibling?.tagName === 'CONSENTRY-PLACEHOLDER' || !isVisible(frame)) return;
  const target = new URL(url, document.baseURI);
  const letter = categoryOf(frame);
  const service = judge(url)?.rule?.[4] || target.hostname;
  const loadOnce = h('button', { type: 'button', class: 'button choice', 'data-consentry-action': 'once' }, t('placeholder_once'));
  const always = h('button', { type: 'button', class: 'button quiet', 'data-consentry-action': 'always' }, t('placeholder_always', { category: t(NAMES[letter]) }));
  const box = h(
    'div',
    { class: 'placeholder', role: 'group', 'aria-label': service },
    h('p', {}, t('placeholder_text', { service, host: target.hostname })),
    h('div', { class: 'actions' }, loadOnce, always),
  );
  const host = shell('consentry-placeholder', box);
  const width = frame.getAttribute('width');
  const height = frame.getAttribute('height');
  if (width) host.style.setProperty('max-width', /^\d+$/.test(width) ? width + 'px' : width);
  if (height) host.style.setProperty('min-height', /^\d+$/.test(height) ? height + 'px' : height);
  frame.before(host);
  frame.hidden = true;
  const gone = () => {
    host.remove();
    frame.hidden = false;
  };
  loadOnce.addEventListener('click', () => {
    if (once(target)) return;
    gone();
    letGo(frame);
    frame.focus();
  });
  always.addEventListener('click', () => allow(letter === 'u' ? 'a' : letter));
  document.addEventListener('consentry:consent', () => {
    if (categoryOf(frame) === 'n') gone();
  });
}
