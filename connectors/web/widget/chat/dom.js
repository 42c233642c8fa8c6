// Small DOM builders. Text always goes through text nodes, never through markup.

const SVG = 'http://www.w3.org/2000/svg';

/** Build an element: properties starting with "on" listen, true is an empty attribute. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const PATHS = {
  chat: 'M5 5.5h14a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 19 17h-7.2L7.5 20.4V17H5a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 5 5.5ZM8 9.6h8M8 12.9h5',
  close: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  down: 'M6 9.5l6 6 6-6',
  menu: 'M12 6.2v.1M12 12v.1M12 17.8v.1',
  clip: 'M8 12.5l6.2-6.2a2.9 2.9 0 0 1 4.1 4.1l-8 8a4.9 4.9 0 0 1-6.9-6.9l7.6-7.6',
  send: 'M12 19V5.5M6 11.2l6-6 6 6',
  lock: 'M7.5 10.5V8a4.5 4.5 0 0 1 9 0v2.5M6.5 10.5h11A1.5 1.5 0 0 1 19 12v6.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5V12a1.5 1.5 0 0 1 1.5-1.5Z',
  check: 'M5.5 12.5l4.3 4.3L18.5 8',
  alert: 'M12 8v5M12 16.3v.1M12 3.8a8.2 8.2 0 1 1 0 16.4 8.2 8.2 0 0 1 0-16.4Z',
  file: 'M7 3.8h6.8L18.5 8.5V19A1.2 1.2 0 0 1 17.3 20.2H6.7A1.2 1.2 0 0 1 5.5 19V5A1.2 1.2 0 0 1 6.7 3.8ZM13.5 4v4.8h4.8',
  download: 'M12 4.5v10M7.5 10.5l4.5 4.5 4.5-4.5M5 19.5h14',
  external: 'M10 6H6.5A1.5 1.5 0 0 0 5 7.5v10A1.5 1.5 0 0 0 6.5 19h10a1.5 1.5 0 0 0 1.5-1.5V14M13.5 5H19v5.5M19 5l-8 8',
  restart: 'M5.5 12a6.5 6.5 0 1 1 2 4.7M5.5 19v-3.2h3.2',
  text: 'M4 18l4.5-12L13 18M5.6 14h5.8M15 18l2.7-7 2.8 7M15.9 15.8h3.7',
  shield: 'M12 3.8l6.8 2.6v5c0 4-2.8 7.2-6.8 8.8-4-1.6-6.8-4.8-6.8-8.8v-5L12 3.8Z',
  exit: 'M13.5 5H7a1.5 1.5 0 0 0-1.5 1.5v11A1.5 1.5 0 0 0 7 19h6.5M10.5 12H20M16.5 8.5L20 12l-3.5 3.5',
};

/** Build a decorative line icon. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', 'aria-hidden': 'true', class: `icon icon-${name}` }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** Build text only screen readers get. */
export const spoken = (text) => el('span', { class: 'spoken' }, text);
