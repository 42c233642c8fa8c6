// "Descargar conversación": the entries as a plain text file, made in the page.

import { plain } from './markdown.js';
import { save, servesOnce } from './saving.js';
import { STRINGS } from './strings.js';

const stamp = new Intl.DateTimeFormat('es-MX', { dateStyle: 'long', timeStyle: 'short', timeZone: 'America/Mexico_City' });
const names = { user: STRINGS.you, system: STRINGS.system };

function lines({ text, reply }) {
  const { card, step, links = [], document: file } = reply ?? {};
  return [
    text && plain(text),
    card && [card.title, ...card.rows.map(({ label, value }) => `  ${label}: ${value}`), card.note && `  ${card.note}`],
    step && [`${step.title}. ${STRINGS.step.progress(step.number, step.total)}`, `  ${plain(step.action)}`],
    file && (servesOnce(file.url) ? file.title : `${file.title}: ${file.url}`),
    links.map(({ title, url }) => `${title}: ${url}`),
  ].flat().filter(Boolean);
}

/** Save the conversation as a text file. */
export function transcript(entries) {
  const head = [STRINGS.transcript.heading, STRINGS.transcript.made(stamp.format(Date.now())), STRINGS.transcript.note, ''];
  const body = entries.flatMap((entry) => {
    const who = names[entry.role] ?? (entry.owner === 'agent' ? STRINGS.person : STRINGS.bot);
    return [`[${stamp.format(Date.parse(entry.at))}] ${who}:`, ...lines(entry), ''];
  });
  const text = new Blob([[...head, ...body].join('\r\n')], { type: 'text/plain;charset=utf-8' });
  save(text, `${STRINGS.transcript.file}-${new Date().toISOString().slice(0, 10)}.txt`);
}
