/** The page's look: a list beside a message, one of the two on a phone; the system's light or dark. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#f5f6f8, #0d1014);
  --surface: light-dark(#fff, #14181e);
  --hover: light-dark(#eceff3, #1f2530);
  --line: light-dark(#e1e5ea, #272e39);
  --text: light-dark(#15191f, #e9ecf1);
  --quiet: light-dark(#5d6676, #929cab);
  --accent: light-dark(#3b4bc8, #a3aeff);
  --accent-soft: light-dark(#eceefc, #20264a);
  --green: light-dark(#0a6638, #6ad69a);
  --green-soft: light-dark(#e2f4e9, #11301f);
  --red: light-dark(#b3261e, #ff9388);
  --red-soft: light-dark(#fdeceb, #3b1815);
}
* { box-sizing: border-box; margin: 0; }
html, body { height: 100%; }
body {
  display: flex; flex-direction: column; background: var(--bg); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif;
}
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: 4px; }
header {
  display: flex; gap: 4px 16px; align-items: baseline; flex-wrap: wrap;
  padding: 12px 20px; border-bottom: 1px solid var(--line); background: var(--surface);
}
h1 { font-size: 17px; }
h1 a { color: inherit; text-decoration: none; }
header p, .filter, time, dt { color: var(--quiet); font-size: 13px; }
main { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(280px, 380px) 1fr; }
#list { overflow: auto; border-right: 1px solid var(--line); background: var(--surface); }
#message { overflow: auto; padding: 24px 28px; }
#message:focus { outline: none; }
ol { list-style: none; padding: 0; }
li a {
  display: grid; grid-template-columns: 1fr auto; gap: 2px 12px; padding: 12px 20px;
  border-bottom: 1px solid var(--line); color: inherit; text-decoration: none;
}
li a:hover { background: var(--hover); }
li a[aria-current] { background: var(--accent-soft); box-shadow: inset 3px 0 var(--accent); }
.to, .subject { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.to { font-weight: 600; }
li time { justify-self: end; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.status {
  justify-self: end; align-self: start; padding: 0 8px; border-radius: 10px; font-size: 12px; line-height: 20px;
  white-space: nowrap; background: var(--hover); color: var(--text);
}
.status.delivered { background: var(--green-soft); color: var(--green); }
.status.bounced, .status.spamcomplaint { background: var(--red-soft); color: var(--red); }
.filter { padding: 10px 20px; }
.empty { padding: 48px 24px; text-align: center; color: var(--quiet); }
.empty b { color: var(--text); }
h2 { font-size: 21px; line-height: 1.3; overflow-wrap: anywhere; }
.facts { display: flex; gap: 12px; align-items: center; margin: 8px 0 16px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin-bottom: 20px; }
dd { overflow-wrap: anywhere; min-width: 0; }
.body, pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.body {
  max-width: 76ch; padding: 20px; border: 1px solid var(--line); border-radius: 8px; background: var(--surface);
}
details { margin-top: 16px; max-width: 76ch; }
summary { cursor: pointer; color: var(--quiet); }
pre { padding: 12px 0; font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; }
.back { display: none; }
@media (max-width: 760px) {
  main { grid-template-columns: 1fr; }
  #list { border-right: 0; }
  .listing #message, .reading #list { display: none; }
  #message { padding: 16px; }
  .back { display: inline-block; padding: 4px 0 12px; }
}
`;
