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
    const isOpen = old.querySelector('details')?.open ?? false;
    localise(fresh);
    old.replaceChildren(...fresh.childNodes);
    if (isOpen && old.querySelector('details')) old.querySelector('details').open = true;
    if (focused) [...old.querySelectorAll('a')].find((a) => a.getAttribute('href') === focused)?.focus();
  }
};
setInterval(() => refresh().catch(() => {}), 2000);
document.addEventListener('visibilitychange', () => refresh().catch(() => {}));
`;
