// The scrolling log: messages grouped by who wrote them, live choices, secure input, typing.

import { el, icon, spoken } from './dom.js';
import { choices, parts, secureInput } from './parts.js';
import { STRINGS } from './strings.js';

const GROUP_MS = 5 * 60 * 1000;
const ZONE = 'America/Mexico_City';
const timeOf = new Intl.DateTimeFormat('es-MX', { hour: 'numeric', minute: '2-digit', hour12: false, timeZone: ZONE });
const dateOf = new Intl.DateTimeFormat('es-MX', { day: 'numeric', month: 'long', year: 'numeric', timeZone: ZONE });

function dayName(at) {
  const day = dateOf.format(at);
  if (day === dateOf.format(Date.now())) return STRINGS.today;
  return day === dateOf.format(Date.now() - 86400000) ? STRINGS.yesterday : day;
}

/** Show a conversation. act: {choose(choice), secure(kind, value), retry(id), discard(id), fetch(href)}. */
export class Conversation {
  #act;
  #group = null;
  #day = null;
  #asked = null;
  #pending = new Map();

  constructor(act) {
    this.#act = act;
    this.list = el('div', { class: 'list', role: 'log', 'aria-live': 'polite', 'aria-label': STRINGS.log });
    this.live = el('div', { class: 'live' });
    this.dots = el('div', { class: 'typing', hidden: true }, el('span'), el('span'), el('span'));
    this.status = el('p', { class: 'spoken', role: 'status' });
    this.node = el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': STRINGS.log }, this.list, this.dots, this.live, this.status);
    this.dock = el('div', { class: 'dock', hidden: true });
    this.jump = el('button', { type: 'button', class: 'jump', hidden: true, 'aria-label': STRINGS.jump, onclick: () => this.toEnd() }, icon('down'));
    this.node.addEventListener('scroll', () => { this.jump.hidden = this.#atEnd(); }, { passive: true });
  }

  #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    return scrollHeight - scrollTop - clientHeight < 80;
  }

  /** Scroll to the newest message. */
  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
    this.jump.hidden = true;
  }

  clear() {
    this.#asked?.settle();
    this.#group = this.#day = this.#asked = null;
    this.#pending.clear();
    this.list.replaceChildren();
    this.#offer(null);
    this.typing(false);
  }

  typing(on) {
    if (this.dots.hidden !== on) return;
    const follow = this.#atEnd();
    this.dots.hidden = !on;
    this.status.textContent = on ? STRINGS.typing : '';
    if (follow) this.toEnd();
  }

  /** Add an entry the server sent; what was shown while sending is replaced. */
  entry(entry) {
    const mine = entry.role === 'user';
    const waiting = mine && this.#pending.get(entry.message_id);
    const follow = mine || this.#atEnd();
    if (waiting) {
      this.#pending.delete(entry.message_id);
      waiting.bubble.replaceChildren(spoken(`${STRINGS.you}: `), entry.text);
      waiting.bubble.classList.remove('sending');
      waiting.status.remove();
    } else if (mine) this.#add('user', entry.at, [this.#bubble(entry.text)]);
    else this.#add(entry.role, entry.at, parts(entry.reply ?? { text: entry.text }, this.#act), entry.owner);
    if (mine) this.#answered();
    else this.#ask(entry);
    if (follow) this.toEnd();
    else this.jump.hidden = false;
  }

  /** Show what the person just said, before the server confirms it. */
  sending(id, text, doing) {
    const bubble = this.#bubble(text);
    bubble.classList.add('sending');
    const status = el('p', { class: 'delivery' }, doing);
    this.#add('user', new Date().toISOString(), [bubble, status]);
    this.#pending.set(id, { bubble, status });
    this.#offer(null);
    this.toEnd();
  }

  /** Tell that the server has a message; its turn may still take a while. */
  sent(id) {
    const waiting = this.#pending.get(id);
    waiting?.bubble.classList.remove('sending');
    waiting?.status.replaceChildren();
  }

  /** Tell that a message waits for the connection. */
  waiting(id) {
    this.#pending.get(id)?.status.replaceChildren(STRINGS.message.waiting);
  }

  /** Tell that a message did not leave, and offer to try again. */
  failed(id, detail, again) {
    const waiting = this.#pending.get(id);
    if (!waiting) return;
    const { bubble, status } = waiting;
    bubble.classList.add('failed');
    const retry = () => {
      bubble.classList.remove('failed');
      status.replaceChildren(STRINGS.message.sending);
      this.#act.retry(id);
    };
    const discard = () => {
      this.#pending.delete(id);
      bubble.remove();
      status.remove();
      this.#act.discard(id);
    };
    status.replaceChildren(
      el('span', { class: 'error' }, icon('alert'), detail || STRINGS.message.failed),
      again ? el('button', { type: 'button', onclick: retry }, STRINGS.message.retry) : '',
      el('button', { type: 'button', onclick: discard }, STRINGS.message.discard),
    );
    this.status.textContent = detail || STRINGS.message.failed;
    this.toEnd();
  }

  #bubble(text) {
    return el('div', { class: 'bubble' }, spoken(`${STRINGS.you}: `), text);
  }

  #add(role, at, nodes, owner) {
    const when = new Date(at);
    const day = dayName(when);
    if (day !== this.#day) {
      this.#day = day;
      this.#group = null;
      this.list.append(el('p', { class: 'day' }, day));
    }
    const same = this.#group?.role === role && this.#group.owner === owner && when - this.#group.when < GROUP_MS;
    if (!same) {
      const box = el('div', { class: `group ${role}` });
      const time = el('p', { class: 'time' });
      box.append(time);
      this.list.append(box);
      this.#group = { role, owner, box, time };
    }
    this.#group.when = when;
    const who = role === 'user' ? null : role === 'system' ? STRINGS.system : owner === 'agent' ? STRINGS.person : STRINGS.bot;
    if (who) nodes[0]?.prepend(spoken(`${who}: `));
    this.#group.time.replaceChildren(el('time', { datetime: when.toISOString() }, timeOf.format(when)));
    for (const node of nodes) this.#group.time.before(node);
  }

  #ask(entry) {
    const reply = entry.reply;
    const secure = reply?.secure_input;
    if (secure) {
      this.#asked?.settle();
      const until = secure.expires_in ? Date.parse(entry.at) + secure.expires_in * 1000 : null;
      this.#asked = secureInput(secure, until, this.#act.secure);
      this.#group.time.before(this.#asked.node);
    }
    this.#offer(reply);
  }

  #answered() {
    this.#asked?.settle();
    this.#asked = null;
    this.#offer(null);
  }

  #offer(reply) {
    const items = reply?.choices ?? [];
    const step = Boolean(reply?.step);
    const label = step ? STRINGS.steps : STRINGS.options;
    const buttons = items.length ? [choices(items, label, this.#act.choose)] : [];
    this.live.replaceChildren(...(step ? [] : buttons));
    this.dock.replaceChildren(...(step ? buttons : []));
    this.dock.hidden = !(step && items.length);
  }
}
