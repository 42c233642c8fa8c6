// <chat-infonavit>: joins the transport, the conversation and the window.

import { Conversation } from './conversation.js';
import { el } from './dom.js';
import { allowOrigin } from './links.js';
import { Composer, Header, endScreen, launcher, sheet, trap } from './panel.js';
import { STRINGS } from './strings.js';
import { transcript } from './transcript.js';
import { Refused, Transport } from './transport.js';

const OPEN = 'chat-infonavit-open';
const LARGE = 'chat-infonavit-large';
const TRIES = 3;
const MAX_FILE = 5 * 1024 * 1024;
const PHONE = matchMedia('(max-width: 480px), (max-height: 480px)');

const flag = (storage, name, value) => {
  try {
    if (value === undefined) return storage().getItem(name) === '1';
    if (value) storage().setItem(name, '1');
    else storage().removeItem(name);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  return false;
};

/** Define the element; base is the address the widget is served from. */
export function define(base) {
  if (customElements.get('chat-infonavit')) return;
  allowOrigin(base.origin);

  customElements.define('chat-infonavit', class extends HTMLElement {
    #transport = new Transport(base);
    #entries = [];
    #outgoing = new Map();
    #queue = Promise.resolve();
    #alive = false;
    #unread = 0;
    #owner = 'bot';
    #state = 'idle';

    connectedCallback() {
      if (this.shadowRoot) return;
      this.lang = 'es-MX';
      const root = this.attachShadow({ mode: 'open', delegatesFocus: false });
      const style = el('link', { rel: 'stylesheet', href: new URL('widget.css', base).href });
      this.conversation = new Conversation({
        choose: (choice) => this.#send(choice.title, { choice: choice.id }),
        secure: (kind, value) => this.#send(STRINGS.secure.sent[kind], { secure: { kind, value } }),
        retry: (id) => this.#deliver(id),
        discard: (id) => this.#outgoing.delete(id),
        fetch: (href) => this.#transport.file(href),
      });
      this.header = new Header(this.getAttribute('title-text') || STRINGS.title, {
        close: () => this.hide(),
        restart: () => this.#confirm('restart', () => this.restart()),
        download: () => transcript(this.#entries),
        largeText: () => this.#large(!this.hasAttribute('large')),
        privacy: () => this.#privacy(),
        signOut: () => this.#confirm('signOut', () => this.signOut()),
      });
      this.composer = new Composer({
        say: (text) => this.#send(text, { text }),
        attach: (file) => this.#attach(file),
      });
      this.notice = el('div', { class: 'notice', role: 'status', hidden: true });
      this.ending = el('div', { class: 'ending', hidden: true });
      const { conversation } = this;
      this.panel = el(
        'section',
        { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', hidden: true },
        this.header.node,
        this.notice,
        el('div', { class: 'body' }, conversation.node, conversation.jump),
        this.ending,
        conversation.dock,
        this.composer.node,
      );
      this.panel.addEventListener('keydown', (event) => event.key === 'Escape' && this.hide());
      trap(this.panel, () => PHONE.matches && !this.panel.querySelector('.veil'));
      this.launcher = launcher(() => this.show());
      const all = el('div', { class: 'all', hidden: true }, this.launcher.node, this.panel);
      style.addEventListener('load', () => {
        all.hidden = false;
        this.#wake();
      });
      root.append(style, all);
      this.#large(flag(() => localStorage, LARGE));
      this.header.show(this.#owner, this.#state);
      this.#listen();
    }

    /** Open the window and, the first time, the conversation. */
    async show() {
      this.panel.hidden = false;
      this.launcher.node.hidden = true;
      this.#count(0);
      this.#fit();
      flag(() => sessionStorage, OPEN, true);
      this.composer.field.focus();
      this.conversation.toEnd();
      if (!this.#alive && this.ending.hidden) await this.#start(() => this.#transport.open());
    }

    /** Close the window; the conversation goes on. */
    hide() {
      this.panel.hidden = true;
      this.launcher.node.hidden = false;
      flag(() => sessionStorage, OPEN, false);
      this.launcher.node.focus();
    }

    /** Leave this conversation and open a new one. */
    async restart() {
      this.#clear();
      await this.#start(async () => {
        await this.#transport.close();
        await this.#transport.open();
      });
    }

    /** Close the session here and on the server. */
    async signOut() {
      try {
        await this.#transport.close();
      } catch {
        // The server could not be told: this page forgets all the same.
        this.#transport.forget();
      }
      this.#end('person');
    }

    async #wake() {
      const open = flag(() => sessionStorage, OPEN);
      if (!this.#transport.remembered) return;
      if (open) await this.#start(() => this.#transport.resume()).then(() => this.show());
      else await this.#start(() => this.#transport.resume());
    }

    async #start(how) {
      this.ending.hidden = true;
      this.#alive = true;
      this.#compose(true);
      this.#line('connecting');
      try {
        this.#alive = (await how()) !== false;
      } catch {
        this.#end('unavailable');
        return;
      }
      this.header.allow(this.#alive);
    }

    #listen() {
      const on = (name, handle) => this.#transport.addEventListener(name, (event) => handle(event.detail));
      on('entry', (entry) => this.#entry(entry));
      on('typing', (value) => this.conversation.typing(value));
      on('state', (state) => this.#line(state));
      on('ended', (why) => this.#end(why));
      for (const name of ['resize', 'scroll']) visualViewport?.addEventListener(name, () => this.#fit());
      PHONE.addEventListener('change', () => this.#fit());
      addEventListener('online', () => {
        for (const id of this.#outgoing.keys()) this.#deliver(id);
      });
    }

    #entry(received) {
      // "agent:ana" is the agent's own name in the core; here it is a person.
      const entry = { ...received, owner: received.owner.split(':')[0] };
      this.#entries.push(entry);
      this.#owner = entry.owner;
      this.#outgoing.delete(entry.message_id);
      this.conversation.entry(entry);
      this.header.show(this.#owner, this.#state);
      if (this.panel.hidden && entry.role !== 'user' && entry.seq > 1) this.#count(this.#unread + 1);
      this.dispatchEvent(new CustomEvent('chat-entry', { bubbles: true, composed: true, detail: { role: entry.role, asks: entry.reply?.secure_input?.kind ?? null } }));
      if (this.#owner === 'closed') this.#end('closed', true);
    }

    #count(n) {
      this.#unread = n;
      this.launcher.count(n);
    }

    #line(state) {
      this.#state = state;
      this.header.show(this.#owner, state);
      const text = STRINGS.notice[state];
      this.notice.hidden = !text;
      this.notice.className = `notice ${state}`;
      this.notice.textContent = text ?? '';
    }

    #send(shown, part, status = STRINGS.message.sending) {
      const id = crypto.randomUUID ? crypto.randomUUID() : fallbackId();
      this.#outgoing.set(id, { id, ...part });
      this.conversation.sending(id, shown, status);
      this.#deliver(id);
    }

    #attach(file) {
      this.#send(STRINGS.file.shown, { file }, STRINGS.file.uploading);
    }

    #deliver(id) {
      // One at a time: what is written first arrives first.
      this.#queue = this.#queue.then(() => this.#attempt(id));
    }

    async #attempt(id) {
      for (let left = TRIES; this.#outgoing.has(id); left -= 1) {
        if (!navigator.onLine) return void this.conversation.waiting(id);
        try {
          const message = this.#outgoing.get(id);
          if (message.file?.size > MAX_FILE) return void this.conversation.failed(id, STRINGS.file.tooBig, false);
          await (message.file ? this.#transport.attach(message) : this.#transport.send(message));
          this.conversation.sent(id);
          return void this.#outgoing.delete(id);
        } catch (error) {
          const refused = error instanceof Refused;
          if (refused && error.status === 401) {
            this.#transport.forget();
            return void this.#end('safety');
          }
          if (!navigator.onLine) continue;
          const again = !refused || error.status === 429 || error.status >= 500;
          if (!again || left <= 1) return void this.conversation.failed(id, refused ? error.detail : '', again);
          await new Promise((done) => setTimeout(done, refused && error.retryAfter ? Math.min(error.retryAfter, 5) * 1000 : 700));
        }
      }
    }

    #clear() {
      this.#entries = [];
      this.#outgoing.clear();
      this.#owner = 'bot';
      this.#count(0);
      this.conversation.clear();
    }

    #compose(on) {
      this.composer.node.hidden = !on;
    }

    #end(why, keep = false) {
      const focused = !this.panel.hidden && this.shadowRoot.activeElement;
      this.#alive = false;
      if (!keep) this.#clear();
      this.#line(why === 'unavailable' ? 'unavailable' : 'ended');
      this.#compose(false);
      this.conversation.dock.hidden = true;
      this.header.allow(false);
      const action = why === 'unavailable' ? STRINGS.ended.retry : STRINGS.ended.again;
      const resume = why === 'unavailable' && this.#transport.remembered;
      const go = async () => {
        this.#clear();
        this.composer.node.hidden = false;
        this.composer.field.focus();
        await this.#start(async () => (resume && (await this.#transport.resume())) || this.#transport.open());
      };
      this.ending.className = keep ? 'ending below' : 'ending';
      this.ending.replaceChildren(endScreen(STRINGS.ended[why], action, go));
      this.ending.hidden = false;
      if (focused) this.ending.querySelector('button').focus();
    }

    async #confirm(name, act) {
      if (await sheet(this.panel, { ...STRINGS.confirm[name], no: STRINGS.confirm.no })) {
        await act();
        if (!this.composer.node.hidden) this.composer.field.focus();
      }
    }

    async #privacy() {
      const notice = await this.#transport.privacy().catch(() => ({ title: STRINGS.privacy.title, paragraphs: [STRINGS.privacy.failed] }));
      await sheet(this.panel, { ...notice, yes: STRINGS.privacy.close });
    }

    #large(on) {
      this.toggleAttribute('large', on);
      this.header.large(on);
      flag(() => localStorage, LARGE, on);
    }

    /** On a phone, follow the part of the screen the keyboard leaves free. */
    #fit() {
      const view = visualViewport;
      const phone = PHONE.matches && view;
      this.panel.style.height = phone ? `${view.height}px` : '';
      this.panel.style.top = phone ? `${view.offsetTop}px` : '';
      if (phone) this.conversation.toEnd();
    }
  });
}

// Pages on plain http have no crypto.randomUUID.
function fallbackId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join('-');
}
