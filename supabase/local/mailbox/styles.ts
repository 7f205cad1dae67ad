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
  --on-accent: light-dark(#fff, #10142c);
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
.when { display: flex; gap: 8px; align-items: center; justify-self: end; }
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
.facts { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; margin: 8px 0 16px; overflow-wrap: anywhere; }
.mail { max-width: 76ch; }
.mail + .mail { margin-top: 24px; padding-top: 12px; border-top: 1px solid var(--line); }
.mail .facts b { min-width: 0; }
.answer .body { border-left: 3px solid var(--accent); background: var(--accent-soft); }
.more { margin: -8px 0 12px; }
.more dl { margin: 8px 0 0; }
.count {
  padding: 0 7px; border-radius: 10px; background: var(--hover); color: var(--quiet);
  font-size: 12px; font-weight: 400; line-height: 20px;
}
form { max-width: 76ch; margin: 24px 0 8px; padding: 16px 20px; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
.title { display: block; margin-bottom: 8px; font-weight: 600; }
.title span { font-weight: 400; color: var(--quiet); overflow-wrap: anywhere; }
textarea, select, button { font: inherit; color: inherit; }
textarea, select { border: 1px solid var(--line); border-radius: 6px; background: var(--bg); padding: 8px 10px; }
textarea { display: block; width: 100%; resize: vertical; min-height: 96px; }
select { padding: 6px 8px; max-width: 100%; }
.choices { display: flex; flex-wrap: wrap; gap: 10px 20px; align-items: center; margin-top: 12px; }
.choices label { display: flex; gap: 8px; align-items: center; min-width: 0; }
.hint { margin-top: 8px; color: var(--quiet); font-size: 13px; }
button {
  margin-left: auto; min-height: 36px; padding: 0 18px; border: 0; border-radius: 6px; background: var(--accent); color: var(--on-accent);
  font-weight: 600; cursor: pointer;
}
button:hover { filter: brightness(1.08); }
form :focus-visible { outline-offset: 1px; }
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
  .choices label:first-child { flex: 1 1 100%; }
  select { flex: 1; min-width: 0; }
  button { flex: 1 1 100%; min-height: 44px; }
  .back { display: inline-block; padding: 4px 0 12px; }
}
`;
