// The Node package against the sandbox: node node_client.cjs <folder of node_modules> <base> <key>; prints what it saw.
const [, , modules, base, key] = process.argv;
const Stripe = require(require("node:path").join(modules, "stripe"));
const url = new URL(base);
const host = { host: url.hostname, port: url.port, protocol: "http" };
const stripe = new Stripe(key, { ...host, maxNetworkRetries: 0 });

async function refused(call) {
  try {
    await call();
  } catch (error) {
    return { class: error.type, status: error.statusCode, code: error.code, param: error.param };
  }
  return null;
}

async function main() {
  const seen = {};
  seen.ids = [];
  for await (const dispute of stripe.disputes.list({ limit: 1 })) seen.ids.push(dispute.id);
  const whole = await stripe.disputes.retrieve("du_1", { expand: ["charge.customer", "charge.refunds"] });
  seen.email = whole.charge.customer.email;
  seen.refunds = whole.charge.refunds.data.length;
  const pdf = Buffer.from(process.env.PDF, "base64");
  const file = await stripe.files.create({
    purpose: "dispute_evidence",
    file: { data: pdf, name: "receipt.pdf", type: "application/octet-stream" },
  });
  seen.file = { filename: file.filename, size: file.size, type: file.type };
  const staged = await stripe.disputes.update("du_1", {
    evidence: { receipt: file.id, customer_name: "Ann" },
    metadata: { packet: "abc" },
    submit: false,
  });
  seen.staged = { status: staged.status, receipt: staged.evidence.receipt === file.id };
  const options = { idempotencyKey: "k1" };
  const sent = await stripe.disputes.update("du_1", { evidence: { customer_name: "Ann" } }, options);
  const again = await stripe.disputes.update("du_1", { evidence: { customer_name: "Ann" } }, options);
  seen.submitted = { status: sent.status, count: again.evidence_details.submission_count };
  seen.replayed = again.lastResponse.headers["idempotent-replayed"];
  seen.unknown = await refused(() => stripe.disputes.update("du_2", { evidence: { receit: "x" }, submit: false }));
  seen.missing = await refused(() => stripe.disputes.retrieve("du_x"));
  seen.reused = await refused(() => stripe.disputes.update("du_1", { evidence: { customer_name: "Bo" } }, options));
  seen.unauthorised = await refused(() => new Stripe("sk_test_wrong", host).disputes.list());
  const events = await stripe.events.list({ type: "charge.dispute.*", limit: 1 });
  seen.event = events.data[0].type;
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
