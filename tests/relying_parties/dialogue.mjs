// How a program talks with the test that started it: lines of JSON. The first it reads says what to do; when it needs a
// person's browser it names an address and reads where that browser was led; the last line it writes is what it found.
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function read() {
  const { value, done } = await lines.next();
  if (done) throw new Error("the test has gone");
  return JSON.parse(value);
}

function write(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

// Runs `work`, which is given what to do; what it throws ends the program and is in the test's report.
export async function run(work) {
  write({ found: await work(await read()) });
  process.exit(0);
}

// Sends a person's browser to an address, and returns where it was led, as a URL.
export async function browse(address) {
  write({ open: String(address) });
  return new URL(await read());
}

// Returns the private key of a JWK, which cannot be copied out.
export async function privateKey(jwk) {
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  return { key, kid: jwk.kid };
}

// Returns how `call` was refused: the code of OAuth, or the library's own.
export async function refusal(call) {
  try {
    await call();
  } catch (error) {
    return error.error ?? error.code ?? String(error);
  }
  throw new Error("it was not refused");
}

// Shows a person what a device or a bank shows, and waits until they have decided elsewhere.
export async function decided(shown) {
  write({ decide: shown });
  await read();
}
