/** Stands in for an embedded frame that waits: says what it is, and loads it once or allows its category. */
import { NAMES } from './decide.js';
import { h, shell } from './dom.js';
import { attr, judge, waiting } from './gate.js';
import { allow } from './main.js';
import { categoryOf, heldUrl } from './marks.js';
import { letGo } from './release.js';
import { state } from './state.js';
import { fill } from './fill.js';
import { t } from './texts.js';

/** Frames that nobody was meant to see (counting pixels) get no placeholder. @param {HTMLElement} frame */
function isVisible(frame) {
  if (frame instanceof HTMLTemplateElement) return true;
  const width = Number(attr(frame, 'width') || 300);
  const height = Number(attr(frame, 'height') || 150);
  const style = getComputedStyle(frame);
  return width > 10 && height > 10 && style.display !== 'none' && style.visibility !== 'hidden';
}

/** Give each waiting frame in the page a placeholder. */
export function placeFrames() {
  for (const element of waiting) {
    if (element instanceof HTMLIFrameElement || element instanceof HTMLTemplateElement) setPlaceholder(element);
  }
}

/** Load a frame this once: at once, or after a reload where the shield stands (kept in the history entry). @param {URL} url */
function reloadsFor(url) {
  if (!state.shielded) return false;
  history.replaceState({ ...history.state, consentry: url.hostname }, '');
  location.reload();
  return true;
}

/** @param {HTMLElement} frame an iframe, or a template that holds one */
function setPlaceholder(frame) {
  const url = heldUrl(frame);
  if (!url || !frame.isConnected || frame.previousElementSibling?.tagName === 'CONSENTRY-PLACEHOLDER' || !isVisible(frame)) return;
  const target = new URL(url, document.baseURI);
  const letter = categoryOf(frame);
  const service = judge(url)?.rule?.[4] || target.hostname;
  const loadOnce = h('button', { type: 'button', class: 'button choice', 'data-consentry-action': 'once' }, t('placeholder_once'));
  const always = h('button', { type: 'button', class: 'button quiet', 'data-consentry-action': 'always' }, fill('placeholder_always', { category: t(NAMES[letter]) }));
  const box = h(
    'div',
    { class: 'placeholder', role: 'group', 'aria-label': service },
    h('p', {}, fill('placeholder_text', { service, host: target.hostname })),
    h('div', { class: 'actions' }, loadOnce, always),
  );
  const host = shell('consentry-placeholder', box);
  /** @param {string} name of an attribute, in pixels where it has no unit */
  const length = (name) => attr(frame, name)?.replace(/^\d+$/, '$&px') ?? '';
  host.style.setProperty('max-width', length('width'));
  host.style.setProperty('min-height', length('height'));
  frame.before(host);
  frame.hidden = true;
  const gone = () => {
    host.remove();
    frame.hidden = false;
  };
  loadOnce.addEventListener('click', () => {
    if (reloadsFor(target)) return;
    gone();
    letGo(frame);
    frame.focus();
  });
  always.addEventListener('click', () => allow(letter === 'u' ? 'a' : letter, service));
  document.addEventListener('consentry:consent', () => {
    if (categoryOf(frame) === 'n') gone();
  });
}
