/** Programs started by the tests. Each has a process group of its own, so that whatever it started ends with it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname } from "node:path";
import { atEnd } from "./end.mjs";

/** Far more than any of them needs on a slow machine. */
const LIMIT_MS = 300_000;

/** Runs it to a good end, and returns what it printed. @throws Error with all of that when it failed */
export async function run(command, args, options) {
  const program = start(command, args, options);
  try {
    const [code, signal] = await program.closed;
    if (code !== 0) throw program.failure(`ended with ${code ?? signal}`);
    return program.printed;
  } finally {
    program.endAll();
  }
}

/** Starts a server and resolves, when it has printed `ready`, with what that matched. `stop` ends it. */
export async function serve(command, args, { ready, ...options }) {
  const program = start(command, args, options);
  const stop = async () => {
    program.endAll();
    await program.closed;
  };
  try {
    return { match: await matching(program, ready), stop };
  } catch (error) {
    program.endAll();
    throw error;
  }
}

function matching({ child, closed, printed, failure }, ready) {
  return new Promise((resolve, reject) => {
    child.stdout.on("data", () => {
      const match = ready.exec(printed.stdout);
      if (match !== null) resolve(match);
    });
    closed.then(([code]) => reject(failure(`ended with ${code} before it was ready`)), reject);
  });
}

function start(command, args, { cwd, env }) {
  const stdio = ["ignore", "pipe", "pipe"];
  const child = spawn(command, args, { cwd, env: { ...environment(cwd), ...env }, detached: true, stdio });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (text) => (printed[stream] += text));
  }
  const failure = (what) => new Error(`${[command, ...args].join(" ")}: ${what}\n${printed.stdout}${printed.stderr}`);
  return { child, printed, failure, closed: once(child, "close"), endAll: endOf(child) };
}

/** What ends the whole group; called as well when the tests end, however they do, and when the time is over. */
function endOf(child) {
  const endAll = () => {
    clearTimeout(limit);
    forget();
    endGroup(child.pid);
  };
  const limit = setTimeout(endAll, LIMIT_MS);
  const forget = atEnd(endAll);
  return endAll;
}

/** There is no group when the program could not be started, or when all of it has ended. */
function endGroup(pid) {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** As in a shell in that folder that uses the Node.js of the tests, with nobody watching. */
function environment(cwd) {
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, FORCE_COLOR, ...inherited } = process.env;
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  return { ...inherited, PATH: path, PWD: cwd, CI: "1", NO_COLOR: "1" };
}
