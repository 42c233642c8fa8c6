// The small Markdown subset of replies (**bold**, lists, line breaks, links) as DOM nodes.

import { el, icon, spoken } from './dom.js';
import { safeHref } from './links.js';
import { STRINGS } from './strings.js';

const INLINE = /\*\*(.+?)\*\*|\[([^\]\n]+)\]\((https:\/\/[^\s)]+)\)|(https:\/\/[^\s<>()]+[^\s<>().,;:!?»"'])|\b(800 \d{3} \d{4}|55 \d{4} \d{4})\b/g;
const ITEM = /^\s*(?:[-•]|(\d{1,2})[.)])\s+(.*)$/;

/** Build an outside link, or plain text when its address is not allowed. */
export function link(title, address) {
  const href = safeHref(address);
  if (!href) return document.createTextNode(title === address ? title : `${title} (${address})`);
  return el(
    'a',
    { href, target: '_blank', rel: 'noopener noreferrer nofollow' },
    title,
    icon('external'),
    spoken(` ${STRINGS.link.newTab}`),
  );
}

/** Append one line's bold text, links and phone numbers to a node. */
export function inline(node, text) {
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) node.append(text.slice(from, match.index));
    const [whole, bold, title, address, bare, phone] = match;
    if (bold) node.append(inline(el('strong'), bold));
    else if (address) node.append(link(title, address));
    else if (bare) node.append(link(bare, bare));
    else node.append(el('a', { href: `tel:${phone.replaceAll(' ', '')}`, class: 'phone' }, phone));
    from = match.index + whole.length;
  }
  if (from < text.length) node.append(text.slice(from));
  return node;
}

/** Build the blocks (paragraphs and lists) of a text. */
export function blocks(text) {
  const out = [];
  let block = null;
  for (const line of text.replaceAll('\r', '').split('\n')) {
    const item = ITEM.exec(line);
    if (item) {
      const tag = item[1] ? 'ol' : 'ul';
      if (block?.localName !== tag) {
        block = el(tag, item[1] && item[1] !== '1' ? { start: item[1] } : {});
        out.push(block);
      }
      block.append(inline(el('li'), item[2]));
    } else if (!line.trim()) {
      block = null;
    } else if (block?.localName === 'p') {
      block.append(el('br'));
      inline(block, line);
    } else {
      block = inline(el('p'), line);
      out.push(block);
    }
  }
  return out;
}

/** Return a text without its Markdown signs, for the downloaded conversation. */
export const plain = (text) => text.replace(/\*\*(.+?)\*\*/g, '$1').replace(/\[([^\]\n]+)\]\((\S+?)\)/g, '$1 ($2)');
