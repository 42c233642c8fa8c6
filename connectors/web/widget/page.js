// The demo page: people to try, and the codes "sent" to them.

const FIRST = 6;
const TEXT = {
  copy: 'Copiar NSS',
  copyCode: 'Copiar',
  copied: 'Copiado',
  none: 'Nadie coincide. Prueba con otra palabra.',
  failed: 'No pude cargar la lista. Recarga la página.',
  shown: (n, total) => `Se muestran ${n} de ${total} personas.`,
  expired: 'El código anterior ya no sirve.',
};

const $ = (id) => document.getElementById(id);
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

async function copy(button, code, before = TEXT.copy) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.firstChild.textContent = TEXT.copied;
    setTimeout(() => { button.firstChild.textContent = before; }, 2000);
  } catch {
    // Without permission to copy, the number is left selected.
    getSelection().selectAllChildren(code);
  }
}

function card({ name, situation, nss }) {
  const item = make('li');
  const code = make('code', '', nss);
  const button = make('button', '', TEXT.copy);
  button.type = 'button';
  button.setAttribute('aria-label', `${TEXT.copy} de ${name}`);
  button.addEventListener('click', () => copy(button, code));
  const row = make('div', 'nss');
  row.append(code, button);
  item.append(make('h3', '', name), make('p', 'situation', situation), row);
  return item;
}

async function people() {
  const response = await fetch('/demo/people');
  const { people: all } = await response.json();
  let most = FIRST;
  const show = () => {
    const words = plain($('buscar').value).split(/\s+/).filter(Boolean);
    const found = all.filter(({ name, situation, nss }) => words.every((word) => plain(`${name} ${situation} ${nss}`).includes(word)));
    $('personas').replaceChildren(...found.slice(0, most).map(card));
    $('cuantas').textContent = found.length ? TEXT.shown(Math.min(most, found.length), found.length) : TEXT.none;
    $('mas').hidden = found.length <= most;
  };
  $('buscar').addEventListener('input', show);
  $('mas').addEventListener('click', () => {
    most += 12;
    show();
  });
  show();
}

async function code() {
  const response = await fetch('/demo/code');
  if (!response.ok) return;
  const { code: digits } = await response.json();
  $('codigo').className = digits ? 'digits' : '';
  $('codigo').textContent = digits ?? TEXT.expired;
  $('digitos').textContent = digits ?? '';
  $('sms').hidden = !digits;
}

people().catch(() => { $('cuantas').textContent = TEXT.failed; });
$('abrir').addEventListener('click', () => document.querySelector('chat-infonavit')?.show());
$('copiar').addEventListener('click', () => copy($('copiar'), $('digitos'), TEXT.copyCode));
$('quitar').addEventListener('click', () => { $('sms').hidden = true; });
document.addEventListener('chat-entry', (event) => {
  if (event.detail.asks === 'code') code();
  else if (event.detail.role === 'user') $('sms').hidden = true;
});
