// The session, the messages sent and the stream of entries. Knows nothing of the screen.

const WAITS = { first: 400, longest: 15000 };
const UPLOAD = 70000;
const MARK = 'chat-infonavit';

/** What the server refused, with the sentence it gave for the person. */
export class Refused extends Error {
  constructor(status, detail, retryAfter) {
    super(detail);
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function stored(storage, write) {
  try {
    if (write === undefined) return storage().getItem(MARK);
    if (write === null) storage().removeItem(MARK);
    else storage().setItem(MARK, write);
  } catch {
    // Storage is forbidden in this page: the chat lives as long as the page does.
  }
  return null;
}

/**
 * Talk to the web connector. Same origin: cookie and X-CSRF; other origin: bearer token kept in
 * this tab's sessionStorage. Dispatches "entry", "typing", "state" and "ended" events.
 */
export class Transport extends EventTarget {
  #base;
  #own;
  #secret = null;
  #last = 0;
  #abort = null;
  #run = null;
  #wake = null;

  constructor(base) {
    super();
    this.#base = base;
    this.#own = base.origin === location.origin;
    addEventListener('online', () => this.#wake?.());
    addEventListener('offline', () => this.#abort?.abort());
    addEventListener('focus', () => this.#wake?.());
  }

  get #storage() {
    return this.#own ? () => localStorage : () => sessionStorage;
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #headers(extra = {}) {
    if (!this.#secret) return extra;
    return this.#own ? { ...extra, 'X-CSRF': this.#secret } : { ...extra, Authorization: `Bearer ${this.#secret}` };
  }

  async #answer(method, path, body, patience = 20000) {
    const json = body !== undefined && !(body instanceof FormData);
    const response = await fetch(new URL(path, this.#base), {
      method,
      headers: this.#headers(json ? { 'Content-Type': 'application/json' } : {}),
      body: json ? JSON.stringify(body) : body,
      credentials: this.#own ? 'same-origin' : 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(patience),
    });
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({}));
    throw new Refused(response.status, problem.detail, Number(response.headers.get('Retry-After')) || 0);
  }

  async #call(...request) {
    const response = await this.#answer(...request);
    return response.status === 204 ? null : response.json();
  }

  /** Fetch one file of this session as a blob. */
  async file(href) {
    return (await this.#answer('GET', href)).blob();
  }

  /** Tell whether a session of before may still be alive. */
  get remembered() {
    return stored(this.#storage) !== null;
  }

  /** Take up the session of before; return false when there is none any more. */
  async resume() {
    const mark = stored(this.#storage);
    if (mark === null) return false;
    if (!this.#own) this.#secret = mark;
    try {
      const session = await this.#call('GET', 'api/session');
      if (this.#own) this.#secret = session.csrf;
      this.#follow();
      return true;
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      this.forget();
      return false;
    }
  }

  /** Open a new session, which the assistant greets. */
  async open() {
    const mode = this.#own ? 'cookie' : 'bearer';
    const session = await this.#call('POST', 'api/session', { mode, greet: true });
    this.#secret = this.#own ? session.csrf : session.token;
    this.#last = 0;
    stored(this.#storage, this.#own ? '1' : session.token);
    this.#follow();
  }

  /** Close the session on the server and here. */
  async close() {
    this.stop();
    try {
      await this.#call('DELETE', 'api/session');
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
    }
    this.forget();
  }

  /** Drop what this page knows of the session. */
  forget() {
    this.stop();
    this.#secret = null;
    this.#last = 0;
    stored(this.#storage, null);
  }

  /** Send one message; the id makes a repeat harmless. */
  send(message) {
    return this.#call('POST', 'api/messages', message);
  }

  /** Send one file, without its name; the id makes a repeat harmless. */
  attach({ id, file }) {
    const form = new FormData();
    form.append('id', id);
    form.append('file', file, 'archivo');
    return this.#call('POST', 'api/files', form, UPLOAD);
  }

  /** Read the short privacy notice: {title, paragraphs}. */
  privacy() {
    return this.#call('GET', 'api/privacy');
  }

  stop() {
    this.#run = null;
    this.#abort?.abort();
    this.#wake?.();
  }

  async #follow() {
    this.stop();
    const run = (this.#run = {});
    let wait = WAITS.first;
    let state = 'connecting';
    while (this.#run === run) {
      if (!navigator.onLine) {
        this.#say('state', 'offline');
        await this.#pause(WAITS.longest);
        continue;
      }
      this.#say('state', state);
      this.#abort = new AbortController();
      try {
        const closed = await this.#stream(this.#abort.signal);
        wait = WAITS.first;
        if (closed === 'limit') {
          this.#say('state', 'parked');
          await this.#pause(600000);
        }
      } catch (error) {
        if (this.#run === run && error instanceof Refused && error.status === 401) {
          this.forget();
          this.#say('ended', 'safety');
          return;
        }
      }
      if (this.#run !== run) return;
      state = 'reconnecting';
      // A planned close resumes unseen; only a wait that lasts is worth telling.
      if (wait > WAITS.first) this.#say('state', navigator.onLine ? state : 'offline');
      await this.#pause(wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, WAITS.longest);
    }
  }

  async #pause(ms) {
    await Promise.race([sleep(ms), new Promise((wake) => { this.#wake = wake; })]);
    this.#wake = null;
  }

  async #stream(signal) {
    const response = await fetch(new URL('api/events', this.#base), {
      headers: this.#headers({ Accept: 'text/event-stream', 'Last-Event-ID': String(this.#last) }),
      credentials: this.#own ? 'same-origin' : 'omit',
      cache: 'no-store',
      signal,
    });
    if (!response.ok) throw new Refused(response.status, '', 0);
    this.#say('state', 'online');
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = '';
    // A line that stays silent for three pings is a dead line.
    for (;;) {
      const timer = setTimeout(() => this.#abort?.abort(), 50000);
      const { value, done } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return null;
      buffer += value;
      const events = buffer.split('\n\n');
      buffer = events.pop();
      for (const event of events) {
        const reason = this.#event(event);
        if (reason) return reason;
      }
    }
  }

  #event(block) {
    const fields = {};
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
    }
    if (!fields.data) return null;
    const data = JSON.parse(fields.data);
    if (fields.event === 'entry') {
      if (data.seq > this.#last) {
        this.#last = data.seq;
        this.#say('entry', data);
      }
    } else if (fields.event === 'typing') this.#say('typing', data.on);
    else if (fields.event === 'closed') return data.reason;
    return null;
  }
}
