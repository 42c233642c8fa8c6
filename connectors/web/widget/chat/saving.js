// Saving something to the person's device, made in the page or fetched with the session.

import { el } from './dom.js';

/** Save a blob under a name. */
export function save(blob, name) {
  const href = URL.createObjectURL(blob);
  el('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10000);
}

const ONCE = '/api/documents/';

/** Tell whether an address of ours serves once, and only to the session it was made for. */
export const servesOnce = (url) => url.startsWith(ONCE);

/** Give the name a file is saved under: the end of its address. */
export const fileName = (url) => url.slice(url.lastIndexOf('/') + 1);
