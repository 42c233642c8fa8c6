// The window of the chat: header, menu, notices, sheets and composer. Holds no conversation.

import { el, icon, spoken } from './dom.js';
import { STRINGS } from './strings.js';

const MAX_TEXT = 4000;
const FILES = '.xml,.cer,text/xml,application/xml,application/pkix-cert';
const NEAR = 200;

/** Build the header. on: {close(), menu item names...}. */
export class Header {
  #items;

  constructor(title, on) {
    this.who = el('p', { class: 'who' });
    this.state = el('p', { class: 'state', role: 'status' });
    this.toggle = el('button', { type: 'button', class: 'tool', 'aria-label': STRINGS.menu, 'aria-haspopup': 'menu', 'aria-expanded': 'false', onclick: () => this.open(this.menu.hidden) }, icon('menu'));
    this.menu = el('div', { class: 'menu', role: 'menu', 'aria-label': STRINGS.menu, hidden: true, onkeydown: (event) => this.#keys(event) });
    const icons = { restart: 'restart', download: 'download', largeText: 'text', privacy: 'shield', signOut: 'exit' };
    this.#items = Object.fromEntries(
      Object.entries(icons).map(([name, sign]) => {
        const role = name === 'largeText' ? 'menuitemcheckbox' : 'menuitem';
        const pick = () => {
          this.open(false);
          on[name]();
        };
        return [name, el('button', { type: 'button', role, tabindex: '-1', onclick: pick }, icon(sign), el('span', {}, STRINGS.menuItems[name]), name === 'largeText' ? icon('check') : null)];
      }),
    );
    this.menu.append(...Object.values(this.#items));
    this.node = el(
      'div',
      { class: 'head' },
      el('span', { class: 'mark' }, icon('chat')),
      el('div', { class: 'names' }, el('h2', { id: 'title' }, title), el('div', { class: 'line' }, this.who, this.state)),
      this.toggle,
      el('button', { type: 'button', class: 'tool', 'aria-label': STRINGS.close, onclick: on.close }, icon('close')),
      this.menu,
    );
  }

  /** Show who answers and the state of the line. */
  show(owner, state) {
    this.who.textContent = STRINGS.owner[owner];
    this.state.className = `state ${state}`;
    this.state.textContent = STRINGS.state[state];
    // A line in trouble needs the room; that a person answers is never left out.
    this.who.hidden = owner !== 'agent' && !['idle', 'online'].includes(state);
  }

  /** Mark whether large text is on. */
  large(on) {
    this.#items.largeText.setAttribute('aria-checked', String(on));
  }

  /** Turn on only the menu items that make sense now. */
  allow(alive) {
    for (const name of ['restart', 'download', 'signOut']) this.#items[name].disabled = !alive;
  }

  /** Open or close the menu; closing gives the focus back to its button. */
  open(on) {
    if (this.menu.hidden === !on) return;
    this.menu.hidden = !on;
    this.toggle.setAttribute('aria-expanded', String(on));
    if (on) this.#enabled()[0].focus();
    else this.toggle.focus();
  }

  #enabled() {
    return Object.values(this.#items).filter((item) => !item.disabled);
  }

  #keys(event) {
    const items = this.#enabled();
    const at = items.indexOf(event.currentTarget.getRootNode().activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items[(to + items.length) % items.length].focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      this.open(false);
    } else if (event.key === 'Tab') this.open(false);
  }
}

/** The field where the person writes; say(text) sends it. */
export class Composer {
  constructor({ say, attach }) {
    this.over = el('p', { class: 'over', id: 'over', role: 'alert' });
    this.field = el('textarea', { id: 'text', rows: '1', placeholder: STRINGS.composer, autocomplete: 'off', enterkeyhint: 'send', 'aria-describedby': 'over' });
    this.button = el('button', { type: 'submit', class: 'send', 'aria-label': STRINGS.send, disabled: true }, icon('send'));
    // The name of a file says much about a person and nothing about its content: nobody reads it.
    const picker = el('input', { type: 'file', class: 'picker', accept: FILES, tabindex: '-1', 'aria-hidden': 'true' });
    picker.addEventListener('change', () => {
      const [file] = picker.files;
      picker.value = '';
      this.field.focus();
      if (file) attach(file);
    });
    const clip = el('button', { type: 'button', class: 'clip', 'aria-label': STRINGS.attach, title: STRINGS.attach, onclick: () => picker.click() }, icon('clip'));
    const submit = () => {
      const text = this.field.value.trim();
      if (!text || text.length > MAX_TEXT) return;
      this.field.value = '';
      this.#fit();
      say(text);
      this.field.focus();
    };
    this.field.addEventListener('input', () => this.#fit());
    this.field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    this.node = el(
      'form',
      { class: 'composer', onsubmit: (event) => { event.preventDefault(); submit(); } },
      this.over,
      el('div', { class: 'box' }, el('label', { class: 'spoken', for: 'text' }, STRINGS.composer), this.field, picker, clip, this.button),
    );
  }

  #fit() {
    const { field } = this;
    const length = field.value.trim().length;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
    const over = length - MAX_TEXT;
    const said = over > 0 ? STRINGS.message.tooLong(over) : length > MAX_TEXT - NEAR ? `${length} / ${MAX_TEXT}` : '';
    if (this.over.textContent !== said) this.over.textContent = said;
    this.over.classList.toggle('error', over > 0);
    this.button.disabled = !length || over > 0;
  }
}

/** Build a question or text that covers the conversation; resolves to true on yes. */
export function sheet(host, { title, text, paragraphs = [text], yes, no }) {
  return new Promise((answer) => {
    const before = host.getRootNode().activeElement;
    const done = (value) => {
      node.remove();
      before?.focus();
      answer(value);
    };
    const first = el('button', { type: 'button', class: 'primary', onclick: () => done(true) }, yes);
    const node = el(
      'div',
      { class: 'veil', onkeydown: (event) => {
        if (event.key === 'Escape') { event.stopPropagation(); done(false); }
      } },
      el(
        'div',
        { class: 'sheet-box', role: no ? 'alertdialog' : 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'sheet-title', 'aria-describedby': 'sheet-text' },
        el('h3', { id: 'sheet-title' }, title),
        el('div', { id: 'sheet-text', class: 'sheet-text' }, ...paragraphs.map((p) => el('p', {}, p))),
        el('div', { class: 'actions' }, no ? el('button', { type: 'button', class: 'plain', onclick: () => done(false) }, no) : null, first),
      ),
    );
    trap(node);
    host.append(node);
    first.focus();
  });
}

/** Keep Tab inside a node. while: only when it returns true. */
export function trap(node, active = () => true) {
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab' || !active()) return;
    const stops = [...node.querySelectorAll('button, a[href], input, textarea, summary, [tabindex="0"]')].filter(
      (stop) => !stop.disabled && stop.tabIndex >= 0 && stop.checkVisibility(),
    );
    const at = stops.indexOf(node.getRootNode().activeElement);
    const edge = event.shiftKey ? 0 : stops.length - 1;
    if (at !== edge && at !== -1) return;
    event.preventDefault();
    stops[event.shiftKey ? stops.length - 1 : 0].focus();
  });
}

/** Build the screen of a conversation that is over, with one way on. */
export function endScreen({ title, text }, action, go) {
  return el(
    'div',
    { class: 'end', role: 'status' },
    el('span', { class: 'end-mark' }, icon('lock')),
    el('h3', {}, title),
    el('p', {}, text),
    el('button', { type: 'button', class: 'primary', onclick: go }, action),
  );
}

/** Build the round button that opens the chat. */
export function launcher(open) {
  const badge = el('span', { class: 'unread', hidden: true, 'aria-hidden': 'true' });
  const name = spoken(STRINGS.launcher);
  const node = el(
    'button',
    { type: 'button', class: 'launcher', 'aria-haspopup': 'dialog', onclick: open },
    icon('chat'),
    name,
    badge,
    el('span', { class: 'hint', 'aria-hidden': 'true' }, STRINGS.launcherHint),
  );
  const count = (n) => {
    badge.hidden = !n;
    badge.textContent = n > 9 ? '9+' : String(n);
    name.textContent = n ? `${STRINGS.launcher}, ${STRINGS.unread(n)}` : STRINGS.launcher;
  };
  return { node, count };
}
