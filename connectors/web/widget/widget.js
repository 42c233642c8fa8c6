// Adds <chat-infonavit> to any page from one tag:
//   <script src="https://chat.example.mx/widget.js" defer></script>
// Optional attributes: data-theme="light|dark", data-title, data-manual (do not add the element).
(() => {
  'use strict';
  const tag = document.currentScript;
  const base = new URL('.', tag.src);
  const add = () => {
    if (tag.dataset.manual !== undefined || document.querySelector('chat-infonavit')) return;
    const chat = document.createElement('chat-infonavit');
    if (tag.dataset.theme) chat.setAttribute('theme', tag.dataset.theme);
    if (tag.dataset.title) chat.setAttribute('title-text', tag.dataset.title);
    document.body.append(chat);
  };
  import(new URL('chat/element.js', base).href).then(({ define }) => {
    define(base);
    add();
  });
})();
