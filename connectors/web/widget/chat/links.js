// Which addresses may become links: https, known public hosts, no user, no port.

const HOSTS = ['infonavit.org.mx', 'infonavitfacil.mx', 'gob.mx', 'banxico.org.mx'];
let own = null;

/** Also allow the origin the widget was loaded from (documents). */
export function allowOrigin(origin) {
  own = origin;
}

/** Return the address as a safe href, or null when it must stay text. */
export function safeHref(address) {
  let url;
  try {
    url = new URL(address, own ?? undefined);
  } catch {
    return null;
  }
  if (own && url.origin === own) return url.href;
  if (url.protocol !== 'https:' || url.username || url.password || url.port) return null;
  const host = url.hostname.toLowerCase();
  return HOSTS.some((known) => host === known || host.endsWith(`.${known}`)) ? url.href : null;
}
