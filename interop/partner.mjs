// A partner's server in plain Node, without a package, as its developer writes it from Vercel's
// pages: installation, plans, resources, sign-in, webhooks, invoices. It trusts no token that it
// has not verified. VERCEL_URL, CLIENT_ID, CLIENT_SECRET and PORT are in the environment.

import { createHmac, createPublicKey, createVerify, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { VERCEL_URL, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;
const ISSUER = "https://marketplace.vercel.com";
const PLAN = { id: "pro", type: "subscription", name: "Pro", description: "All of it" };

const accessTokens = new Map(); // by installation
const resources = new Map();
const received = []; // webhooks

// Tokens --------------------------------------------------------------------------------

let published = new Map();

async function keyOf(id) {
  if (!published.has(id)) {
    const { keys } = await (await fetch(`${VERCEL_URL}/.well-known/jwks`)).json();
    published = new Map(keys.map((key) => [key.kid, createPublicKey({ key, format: "jwk" })]));
  }
  return published.get(id);
}

async function verify(token) {
  const [header, payload, signature] = token.split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
  const { alg, kid } = read(header);
  const key = alg === "RS256" && (await keyOf(kid));
  const check = createVerify("RSA-SHA256").update(`${header}.${payload}`);
  if (!key || !check.verify(key, signature, "base64url")) throw new Error("not signed by Vercel");
  const claims = read(payload);
  const isValid = claims.iss === ISSUER && claims.aud === CLIENT_ID;
  if (!isValid || claims.exp * 1000 < Date.now()) throw new Error("not for us, or expired");
  return claims;
}

// What Vercel calls ---------------------------------------------------------------------

const refuse = (status, code, message) => [status, { error: { code, message } }];

async function respond(method, path, body, authorization = "") {
  let claims;
  try {
    claims = await verify(authorization.replace("Bearer ", ""));
  } catch (error) {
    return refuse(401, "unauthorized", error.message);
  }
  const [, , kind, id, , resourceId] = path.split("/");
  if (path.endsWith("/plans")) return [200, { plans: [PLAN] }];
  if (kind !== "installations") return refuse(404, "not_found", "no such path");
  if (claims.installation_id !== id) return refuse(403, "forbidden", "another installation");
  if (path === `/v1/installations/${id}`) {
    if (method === "PUT") accessTokens.set(id, body.credentials.access_token);
    return [200, method === "DELETE" ? { finalized: false } : { billingPlan: PLAN }];
  }
  if (method === "POST") {
    const { name, productId, metadata } = body;
    if (body.billingPlanId !== PLAN.id) return refuse(400, "unknown_plan", "There is no such plan");
    const made = { id: `db_${resources.size + 1}`, name, productId, metadata, status: "ready" };
    resources.set(made.id, { ...made, billingPlan: PLAN });
    return [200, { ...made, secrets: [{ name: "DATABASE_URL", value: `postgres://${made.id}` }] }];
  }
  if (!resources.has(resourceId)) return refuse(404, "not_found", `no resource ${resourceId}`);
  if (method !== "DELETE") return [200, resources.get(resourceId)];
  resources.delete(resourceId);
  return [204];
}

function receive(content, signature = "") {
  const expected = createHmac("sha1", CLIENT_SECRET).update(content).digest();
  const given = Buffer.from(signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return [403];
  received.push(JSON.parse(content).type);
  return [200];
}

// What it calls, and its own pages ------------------------------------------------------

async function call(path, body, headers = {}) {
  const response = await fetch(VERCEL_URL + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return [response.status, await response.json()];
}

async function signIn(query) {
  const [status, tokens] = await call("/v1/integrations/sso/token", {
    grant_type: "authorization_code",
    code: query.get("code"),
    state: query.get("state"),
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
  });
  return status === 200 ? [200, { user: (await verify(tokens.id_token)).user_id }] : [403, tokens];
}

function bill(query) {
  const [[id, token]] = accessTokens;
  const now = new Date();
  const item = { billingPlanId: "pro", name: "Pro", price: "20.00", quantity: 1, units: "month" };
  const invoice = {
    externalId: query.get("id"),
    invoiceDate: now.toISOString(),
    period: { start: new Date(now - 30 * 86_400_000).toISOString(), end: now.toISOString() },
    items: [{ ...item, total: query.get("total"), resourceId: "db_1" }],
  };
  const authorization = `Bearer ${token}`;
  return call(`/v1/installations/${id}/billing/invoices`, invoice, { authorization });
}

const pages = { "/sso": signIn, "/bill": bill, "/webhooks/received": () => [200, received] };

const server = createServer(async (request, response) => {
  const parts = await request.toArray();
  const { pathname, searchParams } = new URL(request.url, "http://partner");
  const content = Buffer.concat(parts).toString();
  const { authorization, "x-vercel-signature": signature } = request.headers;
  let result;
  if (pathname.startsWith("/v1/")) {
    const body = content ? JSON.parse(content) : undefined;
    result = await respond(request.method, pathname, body, authorization);
  } else if (pathname === "/webhooks") result = receive(content, signature);
  else if (pathname in pages) result = await pages[pathname](searchParams);
  else result = refuse(404, "not_found", "no such page");
  response.writeHead(result[0], { "content-type": "application/json" });
  response.end(result.length > 1 ? JSON.stringify(result[1]) : undefined);
});
server.listen(Number(PORT), "127.0.0.1", () => console.log("listening"));
