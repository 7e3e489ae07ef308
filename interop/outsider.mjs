// A developer who writes no Python tries a Node server with the emulator's command: by the control
// API and the server's own pages. The arguments are the URLs of both; what was seen is written to
// the standard output, as JSON.

const [emulator, partner] = process.argv.slice(2);
const installation = `${emulator}/_emulator/installations/icfg_emulator`;
const get = async (url) => (await fetch(url)).json();

async function run(url, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
  return response.status === 204 ? undefined : response.json();
}

const seen = {};
const customer = `${installation}/partner`;
seen.plans = (await run(`${customer}/list-plans`)).response.body.plans.map((plan) => plan.id);
const order = { name: "Orders", billingPlanId: "pro" };
seen.provisioned = (await run(`${customer}/provision-resource`, order)).succeeded;
seen.variables = await get(`${installation}/resources/db_1/environment-variables`);
const wrong = await run(`${customer}/provision-resource`, { ...order, billingPlanId: "gold" });
seen.refusedByPartner = wrong.response.body.error.code;

const login = { redirectLoginUrl: `${partner}/sso` };
const opened = await run(`${installation}/open-in-provider`, login);
seen.signedIn = await get(opened.url);

const { invoiceId } = await get(`${partner}/bill?id=acme-1&total=20.00`);
await run(`${emulator}/_emulator/clock/advance`, { hours: 1 });
seen.paid = (await run(`${installation}/invoices/${invoiceId}/pay`)).state;
await get(`${partner}/bill?id=acme-2&total=twenty`);
const refused = (await get(`${emulator}/_emulator/requests`)).filter((one) => one.status >= 400);
seen.refused = refused.map(({ operation, refusal }) => `${operation}: ${refusal}`);

seen.webhooks = await get(`${partner}/webhooks/received`);
const deliveries = await get(`${emulator}/_emulator/webhooks/deliveries`);
seen.delivered = deliveries.every((one) => one.delivered);
seen.forged = (await fetch(`${partner}/webhooks`, { method: "POST", body: "{}" })).status;
process.stdout.write(JSON.stringify(seen));
