/** Keeps the page current: asks for itself, and swaps only the parts whose markup changed. */
export const SCRIPT = `
const localise = (root) => {
  for (const time of root.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    const isToday = at.toDateString() === new Date().toDateString();
    const day = isToday ? {} : { month: 'short', day: 'numeric' };
    time.textContent = at.toLocaleString(undefined, { ...day, hour: '2-digit', minute: '2-digit' });
    time.title = at.toString();
  }
};
const parts = ['list', 'message'];
const seen = new Map(parts.map((id) => [id, document.getElementById(id).innerHTML]));
localise(document);
let etag = null;
const refresh = async () => {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: etag ? { 'if-none-match': etag } : {}, cache: 'no-store' });
  if (response.status !== 200) return;
  etag = response.headers.get('etag');
  const next = new DOMParser().parseFromString(await response.text(), 'text/html');
  document.title = next.title;
  for (const id of parts) {
    const fresh = next.getElementById(id);
    if (fresh.innerHTML === seen.get(id)) continue;
    seen.set(id, fresh.innerHTML);
    const old = document.getElementById(id);
    const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    const open = [...old.querySelectorAll('details')].map((details) => details.open);
    // What is being written stays, with its cursor.
    const form = old.querySelector('form');
    const writing = form?.contains(document.activeElement) ? document.activeElement : null;
    localise(fresh);
    if (form?.elements.text.value && fresh.querySelector('form')) fresh.querySelector('form').replaceWith(form);
    old.replaceChildren(...fresh.childNodes);
    [...old.querySelectorAll('details')].forEach((details, at) => (details.open ||= open[at] ?? false));
    if (writing?.isConnected) writing.focus();
    if (focused) [...old.querySelectorAll('a')].find((a) => a.getAttribute('href') === focused)?.focus();
  }
};
setInterval(() => refresh().catch(() => {}), 2000);
document.addEventListener('visibilitychange', () => refresh().catch(() => {}));
`;
