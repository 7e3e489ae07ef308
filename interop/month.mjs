// Plays a month with the emulator's control API alone, and with Vercel's TypeScript SDK for what
// the partner's server does: a partner's developer who writes no Python. The emulator's URL is the
// only argument; what was seen is written to the standard output, as JSON.

import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { Vercel } from "@vercel/sdk";

const url = process.argv[2];
const installationId = "icfg_emulator";
const here = { integrationConfigurationId: installationId };
const path = `/installations/${installationId}`;
const { clientSecret, productId } = await control("GET", "/state");

// The partner's server ------------------------------------------------------------------

let accessToken;
const received = [];
const database = { id: "db_1", productId, name: "Orders", metadata: {}, status: "pending" };

function respond(request, body) {
  if (request.url === "/webhooks") {
    const signature = createHmac("sha1", clientSecret).update(body).digest("hex");
    const isSigned = signature === request.headers["x-vercel-signature"];
    received.push(isSigned ? JSON.parse(body).type : "badly signed");
    return [204];
  }
  if (request.method === "PUT") {
    accessToken = JSON.parse(body).credentials.access_token;
    return [204];
  }
  if (request.method === "POST") {
    return [201, { ...database, secrets: [{ name: "DATABASE_URL", value: "postgres://orders" }] }];
  }
  if (request.method === "GET") return [200, { ...database, status: "ready" }];
  return [200, { finalized: false }];
}

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const [status, value] = respond(request, Buffer.concat(parts).toString());
    response.writeHead(status, { "content-type": "application/json" });
    response.end(value === undefined ? undefined : JSON.stringify(value));
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const partnerUrl = `http://127.0.0.1:${server.address().port}`;

// Vercel's side -------------------------------------------------------------------------

async function control(method, command, body) {
  const response = await fetch(`${url}/_emulator${command}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${command}: ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

// The month -----------------------------------------------------------------------------

const seen = {};
await control("PUT", "/partner", { url: partnerUrl });
await control("POST", "/webhooks/receivers", { url: `${partnerUrl}/webhooks` });
seen.installed = (await control("POST", `${path}/partner/install`)).succeeded;
const order = { name: "Orders", billingPlanId: "pro" };
seen.provisioned = (await control("POST", `${path}/partner/provision-resource`, order)).succeeded;
await control("POST", `${path}/resources/db_1/projects/prj_shop`);
seen.variables = await control("GET", `${path}/resources/db_1/environment-variables`);

const { marketplace } = new Vercel({ serverURL: url, bearerToken: accessToken });
const event = { type: "resource.updated", productId, resourceId: "db_1" };
await marketplace.createEvent({ ...here, requestBody: { event } });

const now = new Date((await control("GET", "/clock")).now);
const day = 86_400_000;
const { invoiceId } = await marketplace.submitInvoice({
  ...here,
  requestBody: {
    invoiceDate: now,
    period: { start: new Date(now - day), end: new Date(now.getTime() + 30 * day) },
    items: [
      {
        billingPlanId: "pro",
        resourceId: "db_1",
        name: "Pro",
        price: "20.00",
        quantity: 1,
        units: "month",
        total: "20.00",
      },
    ],
  },
});
const invoice = `${path}/invoices/${invoiceId}`;
const states = [(await marketplace.getInvoice({ ...here, invoiceId })).state];
await control("POST", "/clock/advance", { days: 3 });
states.push((await control("GET", invoice)).state);
states.push((await control("POST", `${invoice}/decline-payment`)).state);
await control("POST", "/clock/advance", { days: 27 });
states.push((await control("GET", invoice)).state);
states.push((await control("POST", `${invoice}/pay`)).state);
const refund = { action: "refund", reason: "Downtime", total: "5.00" };
await marketplace.updateInvoice({ ...here, invoiceId, requestBody: refund });
states.push((await control("POST", `${invoice}/complete-refund`)).state);
seen.states = states;

const deliveries = await control("GET", "/webhooks/deliveries");
seen.webhooks = deliveries.map((one) => one.type);
seen.delivered = deliveries.every((one) => one.delivered);
seen.received = received;
const shown = await control("GET", path);
seen.resource = shown.resources.find((one) => one.id === "db_1").resource.status;
await control("POST", `${path}/partner/uninstall`);
await control("POST", "/clock/advance", { hours: 24 });
try {
  await marketplace.getAccountInfo(here);
} catch (error) {
  seen.afterwards = error.statusCode;
}
process.stdout.write(JSON.stringify(seen));
server.close();
