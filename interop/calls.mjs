// Makes the calls that it is told to with Vercel's TypeScript SDK: an operation's id on each line
// of the standard input, the outcome as a line of JSON on the standard output. What it needs to
// know of the emulator is the only argument, as JSON.

import { createInterface } from "node:readline";
import { Vercel } from "@vercel/sdk";

const it = JSON.parse(process.argv[2]);
const { marketplace } = new Vercel({ serverURL: it.url, bearerToken: it.token });

const integrationConfigurationId = it.installationId;
const here = { integrationConfigurationId };
const resource = { ...here, resourceId: it.resourceId };
const now = new Date();
const period = {
  start: new Date(now.getTime() - 86_400_000),
  end: new Date(now.getTime() + 86_400_000),
};
const item = {
  billingPlanId: "pro",
  resourceId: it.resourceId,
  name: "Compute",
  price: "0.05",
  quantity: 720,
  units: "hours",
  total: "36.00",
};
const imported = { ...here, resourceId: "db/2" };
const flag = { slug: "dark", origin: "https://acme.example/flags/1", category: "flag" };
let invoiceId;
let newToken;

// One row for each operation, in the order in which they build on each other.
const CALLS = {
  "get-account-info": () => marketplace.getAccountInfo(here),
  "get-member": () => marketplace.getMember({ ...here, memberId: it.memberId }),
  "create-event": () =>
    marketplace.createEvent({
      ...here,
      requestBody: {
        event: { type: "resource.updated", productId: it.productId, resourceId: it.resourceId },
      },
    }),
  "submit-billing-data": () =>
    marketplace.submitBillingData({
      ...here,
      requestBody: {
        timestamp: now,
        eod: now,
        period,
        billing: { items: [item], discounts: [] },
        usage: [{ name: "Size", type: "total", units: "GB", dayValue: 1.5, periodValue: 2 }],
      },
    }),
  "submit-invoice": async () => {
    const answer = await marketplace.submitInvoice({
      ...here,
      requestBody: { externalId: "interop-1", invoiceDate: now, period, items: [item] },
    });
    invoiceId = answer.invoiceId;
    return answer;
  },
  "get-invoice": () => marketplace.getInvoice({ ...here, invoiceId }),
  "update-invoice": () =>
    marketplace.updateInvoice({
      ...here,
      invoiceId,
      requestBody: { action: "refund", reason: "Downtime", total: "6.00" },
    }),
  "update-resource-secrets": () =>
    marketplace.updateResourceSecrets({
      ...resource,
      integrationProductIdOrSlug: it.productId,
      requestBody: {
        secrets: [
          { name: "FIRST", value: "1", prefix: "ACME", environmentOverrides: { preview: "p" } },
        ],
      },
    }),
  "update-resource-secrets-by-id": () =>
    marketplace.updateResourceSecretsById({
      ...resource,
      requestBody: { secrets: [{ name: "SECOND", value: "2" }], partial: true },
    }),
  "exchange-sso-token": () =>
    marketplace.exchangeSsoToken({
      code: it.ssoCode,
      clientId: it.clientId,
      clientSecret: it.clientSecret,
      grantType: "authorization_code",
    }),
  "update-installation": () =>
    marketplace.updateInstallation({
      ...here,
      requestBody: {
        status: "ready",
        billingPlan: { id: "pro", type: "subscription", name: "Pro" },
        notification: { level: "info", title: "Hello", href: "https://acme.example/" },
      },
    }),
  "rotate-installation-credential": async () => {
    const answer = await marketplace.rotateInstallationCredential({
      ...here,
      requestBody: { clientSecret: it.clientSecret },
    });
    newToken = answer.accessToken;
    return answer;
  },
  "revoke-installation-credential": () =>
    marketplace.revokeInstallationCredential({
      ...here,
      requestBody: { token: newToken, clientSecret: it.clientSecret, clientId: it.clientId },
    }),
  "import-resource": () =>
    marketplace.importResource({
      ...imported,
      requestBody: {
        productId: it.productId,
        name: "Data",
        status: "pending",
        metadata: { region: "iad1" },
        secrets: [{ name: "FIRST", value: "1" }],
      },
    }),
  "get-integration-resources": () => marketplace.getIntegrationResources(here),
  "update-resource": () =>
    marketplace.updateResource({
      ...imported,
      requestBody: {
        status: "ready",
        notification: { level: "warn", title: "Almost full" },
        secrets: { secrets: [{ name: "SECOND", value: "2" }], partial: true },
      },
    }),
  "get-integration-resource": () => marketplace.getIntegrationResource(imported),
  "delete-integration-resource": () => marketplace.deleteIntegrationResource(imported),
  "submit-prepayment-balances": () =>
    marketplace.submitPrepaymentBalances({
      ...here,
      requestBody: {
        timestamp: now,
        balances: [{ resourceId: it.resourceId, credit: "5 Tokens", currencyValueInCents: 1050 }],
      },
    }),
  "create-experimentation-items": () =>
    marketplace.createInstallationIntegrationConfiguration({
      ...resource,
      requestBody: { items: [{ ...flag, id: "flag_1" }] },
    }),
  "update-experimentation-item": () =>
    marketplace.updateInstallationIntegrationConfiguration({
      ...resource,
      itemId: "flag_1",
      requestBody: { ...flag, isArchived: true },
    }),
  "delete-experimentation-item": () =>
    marketplace.deleteInstallationIntegrationConfiguration({ ...resource, itemId: "flag_1" }),
  "replace-global-config": () =>
    marketplace.replaceInstallationsByIntegrationConfigurationIdResourcesByResourceIdExperimentationGlobalConfig({
      ...resource,
      requestBody: { data: { dark: [true, null] } },
    }),
  "get-global-config": () =>
    marketplace.getInstallationsByIntegrationConfigurationIdResourcesByResourceIdExperimentationGlobalConfig(resource),
  "head-global-config": () =>
    marketplace.headInstallationsByIntegrationConfigurationIdResourcesByResourceIdExperimentationGlobalConfig(resource),
  "finalize-installation": () => marketplace.finalizeInstallation(here),
};

for await (const id of createInterface({ input: process.stdin })) {
  let outcome;
  try {
    const call = CALLS[id];
    if (call === undefined) throw new Error("no row in CALLS");
    outcome = { value: (await call()) ?? null };
  } catch (error) {
    outcome = { error: `${error.name}: ${error.message}` };
  }
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
