// Every sentence the widget itself says. What the assistant says comes from the server.

export const STRINGS = Object.freeze({
  title: 'Asistente Infonavit',
  launcher: 'Abrir chat',
  launcherHint: '¿Tienes una duda? Escríbeme',
  close: 'Cerrar chat',
  menu: 'Más opciones',
  log: 'Conversación',
  you: 'Tú',
  bot: 'Asistente virtual',
  person: 'Persona',
  system: 'Aviso',
  composer: 'Escribe tu mensaje',
  send: 'Enviar',
  attach: 'Adjuntar archivo',
  options: 'Opciones para responder',
  steps: 'Moverte entre los pasos',
  typing: 'Escribiendo…',
  today: 'Hoy',
  yesterday: 'Ayer',
  jump: 'Ir a lo más reciente',

  owner: { bot: 'Asistente virtual', queue: 'Asistente virtual', agent: 'Persona', closed: 'Conversación terminada' },
  state: {
    idle: 'En línea',
    online: 'En línea',
    connecting: 'Conectando…',
    reconnecting: 'Reconectando…',
    offline: 'Sin conexión',
    ended: 'Sesión cerrada',
    unavailable: 'No disponible',
    parked: 'En pausa',
  },
  notice: {
    reconnecting: 'Se cortó la conexión. Tus mensajes están guardados; estoy reconectando.',
    offline: 'No tienes conexión a internet. Puedes escribir: tu mensaje sale en cuanto vuelva.',
    parked: 'El chat sigue en otra ventana. Cuando vuelvas a esta, continúa aquí.',
  },
  ended: {
    safety: {
      title: 'Cerramos la sesión por seguridad',
      text: 'Pasó un tiempo sin actividad. Para cuidar tus datos, la conversación anterior ya no se muestra aquí.',
    },
    person: {
      title: 'Cerraste la sesión',
      text: 'La conversación ya no se muestra en este equipo. Puedes empezar otra cuando quieras.',
    },
    closed: {
      title: 'La conversación terminó',
      text: 'Si te surge otra duda, empieza una conversación nueva.',
    },
    unavailable: {
      title: 'El chat no está disponible',
      text: 'En este momento no puedo abrir la conversación. Intenta en unos minutos o llama a Infonatel, 800 008 3900.',
    },
    again: 'Empezar una conversación',
    retry: 'Intentar otra vez',
  },

  message: {
    sending: 'Enviando…',
    waiting: 'Sale en cuanto haya conexión',
    failed: 'No se envió.',
    retry: 'Reintentar',
    discard: 'Descartar',
    tooLong: (over) => `Te pasas por ${over} ${over === 1 ? 'carácter' : 'caracteres'}. ¿Lo dices más corto?`,
  },

  file: {
    shown: 'Tu archivo',
    uploading: 'Subiendo archivo…',
    tooBig: 'Ese archivo pesa más de 5 MB. Tu recibo en XML y tu .cer pesan mucho menos: revisa que sea el correcto.',
  },
  menuItems: {
    restart: 'Empezar de nuevo',
    download: 'Descargar conversación',
    largeText: 'Texto grande',
    privacy: 'Privacidad',
    signOut: 'Cerrar sesión',
  },
  confirm: {
    restart: {
      title: '¿Empezamos de nuevo?',
      text: 'Se borra de esta pantalla lo que llevamos y se cierra tu consulta, si habías comprobado quién eres.',
      yes: 'Empezar de nuevo',
    },
    signOut: {
      title: '¿Cierras la sesión?',
      text: 'Deja de mostrarse la conversación en este equipo. Si la necesitas, descárgala antes.',
      yes: 'Cerrar sesión',
    },
    no: 'Cancelar',
  },
  privacy: { title: 'Privacidad', close: 'Entendido', failed: 'No pude cargar el aviso. Intenta otra vez.' },

  step: {
    progress: (n, total) => `Paso ${n} de ${total}`,
    help: 'No me sale',
  },
  secure: {
    promise: 'Dato protegido: no se guarda en la conversación',
    submit: { nss: 'Enviar número', code: 'Enviar código' },
    left: (time) => `Vence en ${time}`,
    leftSpoken: (minutes) => (minutes > 1 ? `Quedan ${minutes} minutos` : 'Queda un minuto'),
    expired: 'El código venció. Pide uno nuevo.',
    digits: { nss: 'Escribe los 11 dígitos.', code: 'Escribe los 6 dígitos.' },
    sent: { nss: 'NSS enviado, oculto', code: 'Código enviado, oculto' },
    done: 'Aquí te pedí un dato protegido. No queda guardado en la conversación.',
  },
  document: { download: 'Descargar', fetching: 'Descargando…', saved: 'Descargado', failed: 'No se pudo descargar. Intenta otra vez.', kinds: { 'application/pdf': 'PDF', 'text/html': 'Página', 'text/plain': 'Texto', 'image/png': 'Imagen', 'image/jpeg': 'Imagen' }, other: 'Archivo' },
  link: { newTab: '(se abre en otra pestaña)' },
  transcript: {
    file: 'conversacion',
    heading: 'Conversación con el asistente virtual',
    made: (when) => `Descargada el ${when}`,
    note: 'Los datos protegidos (NSS y códigos) no aparecen.',
  },
  unread: (n) => (n === 1 ? '1 mensaje nuevo' : `${n} mensajes nuevos`),
});
