const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes a text for HTML and its attributes. */
export function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (character) => entities[character]);
}
