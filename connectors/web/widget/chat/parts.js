// The parts of a reply as DOM nodes: card, step, document, links, secure input, choices.

import { el, icon, spoken } from './dom.js';
import { safeHref } from './links.js';
import { blocks, inline, link } from './markdown.js';
import { fileName, save, servesOnce } from './saving.js';
import { STRINGS } from './strings.js';

function card({ title, rows, note }) {
  return el(
    'section',
    { class: 'card', 'aria-label': title },
    el('h3', {}, title),
    el('dl', {}, ...rows.map(({ label, value }) => el('div', {}, el('dt', {}, label), el('dd', {}, value)))),
    note ? inline(el('p', { class: 'note' }), note) : null,
  );
}

function step({ title, number, total, action, help }) {
  const rail = el('div', { class: 'rail', 'aria-hidden': 'true' });
  for (let n = 1; n <= total; n += 1) rail.append(el('span', { class: n < number ? 'past' : n === number ? 'now' : '' }));
  return el(
    'section',
    { class: 'card step', 'aria-label': `${title}. ${STRINGS.step.progress(number, total)}` },
    el('div', { class: 'top' }, el('h3', {}, title), el('p', { class: 'count' }, STRINGS.step.progress(number, total))),
    rail,
    el('div', { class: 'action' }, ...blocks(action)),
    help
      ? el('details', { ontoggle: ({ target }) => target.open && target.scrollIntoView({ block: 'nearest' }) }, el('summary', {}, STRINGS.step.help, icon('down')), el('div', { class: 'help' }, ...blocks(help)))
      : null,
  );
}

const UNITS = [[1024 * 1024, 'MB'], [1024, 'KB']];

function weight(bytes) {
  const [unit, name] = UNITS.find(([floor]) => bytes >= floor) ?? [1, 'bytes'];
  return `${(bytes / unit).toLocaleString('es-MX', { maximumFractionDigits: unit > 1024 ? 1 : 0 })} ${name}`;
}

/** Build a document that serves once: it is fetched with the session, and says how that went. */
function once(inside, get, name) {
  const outcome = el('p', { class: 'outcome', role: 'status' });
  const say = (text) => { outcome.textContent = text; };
  const button = el('button', { type: 'button', class: 'document' }, ...inside, icon('download'), spoken(` ${STRINGS.document.download}`));
  button.addEventListener('click', async () => {
    button.disabled = true;
    say(STRINGS.document.fetching);
    try {
      save(await get(), name);
      say(STRINGS.document.saved);
    } catch (error) {
      say(error.detail || STRINGS.document.failed);
      // What is gone stays gone; anything else may work in a moment.
      button.disabled = GONE.includes(error.status);
    }
  });
  return el('div', { class: 'once' }, button, outcome);
}

const GONE = [403, 404, 410];

const PAGE = 'text/html';

function file({ title, url, mime, size }, { fetch }) {
  const href = safeHref(url);
  const kind = `${STRINGS.document.kinds[mime] ?? STRINGS.document.other}${size ? ` · ${weight(size)}` : ''}`;
  const inside = [
    el('span', { class: 'sheet' }, icon('file')),
    el('span', { class: 'what' }, el('span', { class: 'name' }, title), el('span', { class: 'kind' }, kind)),
  ];
  if (!href) return el('div', { class: 'document' }, ...inside);
  if (servesOnce(url)) return once(inside, () => fetch(href), fileName(url));
  return el(
    'a',
    { class: 'document', href, target: '_blank', rel: 'noopener noreferrer nofollow', download: mime !== PAGE },
    ...inside,
    mime === PAGE ? null : icon('download'),
    spoken(` ${mime === PAGE ? STRINGS.link.newTab : STRINGS.document.download}`),
  );
}

const links = (items) => el('ul', { class: 'links' }, ...items.map(({ title, url }) => el('li', {}, link(title, url))));

const MAKERS = { card, step, document: file, links };

/** Build everything of a reply that stays in the conversation; act.fetch(href) gives a blob. */
export function parts(reply, act) {
  const out = reply.text ? [el('div', { class: 'bubble' }, ...blocks(reply.text))] : [];
  for (const [name, make] of Object.entries(MAKERS)) {
    const part = reply[name];
    if (part && (!Array.isArray(part) || part.length)) out.push(make(part, act));
  }
  return out;
}

/** Build the buttons of a reply; each calls pick(choice) once. */
export function choices(items, label, pick) {
  const group = el('div', { class: 'choices', role: 'group', 'aria-label': label });
  for (const choice of items) group.append(el('button', { type: 'button', onclick: () => pick(choice) }, choice.title));
  return group;
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/**
 * Build the block that asks for a protected datum. submit(kind, value) sends it; until is the
 * moment (ms) the code stops being good. Call settle() to close it.
 */
export function secureInput({ kind, label, hint }, until, submit) {
  const id = `secure-${Math.random().toString(36).slice(2)}`;
  const error = el('p', { class: 'error', id: `${id}-error`, role: 'alert' });
  const field = el('input', {
    id,
    type: 'text',
    inputmode: 'numeric',
    autocomplete: kind === 'code' ? 'one-time-code' : 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    maxlength: '32',
    'aria-describedby': `${hint ? `${id}-hint ` : ''}${id}-promise ${id}-error`,
  });
  const send = el('button', { type: 'submit', class: 'primary' }, STRINGS.secure.submit[kind]);
  const left = el('p', { class: 'left' });
  const aloud = el('p', { class: 'spoken', role: 'status' });
  const form = el(
    'form',
    { class: 'secure', novalidate: true },
    el('p', { class: 'badge', id: `${id}-promise` }, icon('lock'), el('span', {}, STRINGS.secure.promise)),
    el('div', { class: 'ask' }, el('label', { for: id }, label), hint ? el('p', { id: `${id}-hint` }, hint) : null),
    el('div', { class: 'row' }, field, send),
    error,
    until ? left : null,
    aloud,
  );
  let timer = null;
  const settle = (text = STRINGS.secure.done) => {
    clearInterval(timer);
    field.value = '';
    form.replaceWith(el('p', { class: 'settled' }, icon('lock'), text));
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const value = field.value.trim();
    error.textContent = /\d/.test(value) ? '' : STRINGS.secure.digits[kind];
    field.setAttribute('aria-invalid', String(Boolean(error.textContent)));
    if (error.textContent) field.focus();
    else submit(kind, value);
  });
  if (until) {
    const tick = () => {
      const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
      left.textContent = STRINGS.secure.left(clock(seconds));
      left.classList.toggle('soon', seconds <= 60);
      if (seconds % 60 === 0 && seconds && seconds <= 300) aloud.textContent = STRINGS.secure.leftSpoken(seconds / 60);
      if (!seconds) settle(STRINGS.secure.expired);
    };
    timer = setInterval(tick, 1000);
    // One that is already over can only be replaced once it is on the page.
    if (until > Date.now()) tick();
    else queueMicrotask(tick);
  }
  return { node: form, field, settle };
}
