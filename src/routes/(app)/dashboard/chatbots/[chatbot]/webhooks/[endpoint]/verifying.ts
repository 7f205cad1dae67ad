/** How a receiver checks what we sent, by the published libraries of Standard Webhooks or by hand. */
export const SNIPPETS = {
  javascript: `import express from 'express';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.HANDOFF_WEBHOOK_SECRET); // whsec_…

express()
  .post('/handoff', express.raw({ type: 'application/json' }), (request, response) => {
    try {
      const event = webhook.verify(request.body.toString(), request.headers);
      console.log(event.type, event.data);
      response.sendStatus(204); // answer first, work afterwards
    } catch {
      response.sendStatus(400);
    }
  })
  .listen(3000);
`,
  nextjs: `// app/handoff/route.ts
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.HANDOFF_WEBHOOK_SECRET!); // whsec_…

export async function POST(request: Request): Promise<Response> {
  try {
    // The library reads a plain object, not the Headers of a fetch.
    const event: any = webhook.verify(await request.text(), Object.fromEntries(request.headers));
    console.log(event.type, event.data);
    return new Response(null, { status: 204 });
  } catch {
    return new Response(null, { status: 400 });
  }
}
`,
  sveltekit: `// src/routes/handoff/+server.ts
import { HANDOFF_WEBHOOK_SECRET } from '$env/static/private';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(HANDOFF_WEBHOOK_SECRET); // whsec_…

export async function POST({ request }: { request: Request }): Promise<Response> {
  try {
    // The library reads a plain object, not the Headers of a fetch.
    const event: any = webhook.verify(await request.text(), Object.fromEntries(request.headers));
    console.log(event.type, event.data);
    return new Response(null, { status: 204 });
  } catch {
    return new Response(null, { status: 400 });
  }
}
`,
  deno: `import { Webhook } from 'npm:standardwebhooks@1';

const webhook = new Webhook(Deno.env.get('HANDOFF_WEBHOOK_SECRET')!); // whsec_…

Deno.serve(async (request) => {
  try {
    // The library reads a plain object, not the Headers of a fetch.
    const event: any = webhook.verify(await request.text(), Object.fromEntries(request.headers));
    console.log(event.type, event.data);
    return new Response(null, { status: 204 });
  } catch {
    return new Response(null, { status: 400 });
  }
});
`,
  python: `import os
from flask import Flask, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

app = Flask(__name__)
webhook = Webhook(os.environ["HANDOFF_WEBHOOK_SECRET"])  # whsec_…

@app.post("/handoff")
def handoff():
    try:
        event = webhook.verify(request.get_data(as_text=True), dict(request.headers))
    except WebhookVerificationError:
        return "", 400
    print(event["type"], event["data"])
    return "", 204
`,
  shell: `# body.json holds the exact bytes; id, timestamp and signature come from the headers webhook-*
key=$(printf %s "\${HANDOFF_WEBHOOK_SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')
{ printf '%s.%s.' "$id" "$timestamp"; cat body.json; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64
# must equal what follows "v1," in one of the signatures
`,
} as const;
