// Makes a checkout ready for `npm start`, `npm test` and `npm run check`; npm runs it before each of them.
// Plain JavaScript for Node 20 and later without dependencies, because it is what installs them.
// When nothing changed it reads two files and a folder of sources, and is done in a fraction of a second.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MIN = 20;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, 'node_modules');
const lockFile = path.join(root, 'package-lock.json');
/** Hash of the lock file that node_modules was last seen to agree with. */
const lockStamp = path.join(modules, '.parley-lock');
const consoleFolder = path.join(root, 'packages', 'console');
/** Hash of the sources that the built console came from. */
const consoleStamp = path.join(consoleFolder, 'dist', '.sources');

const purposes = {
  start: () => [installPackages, buildConsole],
  test: () => [installPackages, installChromium, buildConsole],
  check: () => [installPackages],
};

function main() {
  const purpose = process.argv[2] ?? '';
  if (Number(process.versions.node.split('.')[0]) < NODE_MIN) {
    fail(`Parley needs Node ${NODE_MIN} or later to start (this is ${process.version}): https://nodejs.org`);
  }
  if (!Object.hasOwn(purposes, purpose))
    fail(`usage: node scripts/setup.mjs ${Object.keys(purposes).join('|')}`);
  for (const step of purposes[purpose]()) step();
}

// Packages ---------------------------------------------------------------------------------------------

function installPackages() {
  const lock = readFileSync(lockFile, 'utf8');
  const hash = sha256(lock);
  if (readIfThere(lockStamp) === hash && existsSync(path.join(modules, '.bin', 'node'))) return;
  if (!agrees(JSON.parse(lock).packages)) {
    say('installing packages (npm ci) …');
    const started = Date.now();
    // The Node that npm itself runs on: `npm ci` removes the one in node_modules.
    const node = process.env.npm_node_execpath ?? process.execPath;
    const cli = process.env.npm_execpath;
    const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
    const result =
      cli && /\.[cm]?js$/.test(cli)
        ? spawnSync(node, [cli, ...options], quietly)
        : spawnSync('npm', options, { ...quietly, shell: process.platform === 'win32' });
    stopUnlessDone(result, 'npm ci failed: is this machine online, and package-lock.json unchanged?');
    if (!existsSync(path.join(modules, '.bin', 'node'))) {
      fail('npm ci left no node_modules/.bin/node: allow install scripts (npm config get ignore-scripts)');
    }
    say(`packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  writeFileSync(lockStamp, hash);
}

/** Whether npm's own record of node_modules names what the lock file names (optional parts may be absent). */
function agrees(wanted) {
  const record = readIfThere(path.join(modules, '.package-lock.json'));
  if (record === null) return false;
  // The commands of the project itself: links that a lock file says nothing of.
  if (['node', 'parley'].some((bin) => !existsSync(path.join(modules, '.bin', bin)))) return false;
  const installed = JSON.parse(record).packages;
  if (Object.keys(installed).some((place) => !Object.hasOwn(wanted, place))) return false;
  return Object.entries(wanted).every(([place, entry]) => {
    // The root and the workspaces themselves are folders of this checkout, not installed packages.
    if (!place.includes('node_modules/')) return true;
    const found = installed[place];
    if (!found) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

// The web console --------------------------------------------------------------------------------------

function buildConsole() {
  const hash = sha256(
    consoleSources()
      .map((file) => `${file}\n${sha256(readFileSync(file))}`)
      .join('\n'),
  );
  if (readIfThere(consoleStamp) === hash) return;
  say('building the web console …');
  const vite = path.join(modules, 'vite', 'bin', 'vite.js');
  const node = path.join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const result = spawnSync(node, [vite, 'build', '--logLevel', 'warn'], { ...quietly, cwd: consoleFolder });
  stopUnlessDone(result, 'the web console could not be built (npm run build -w packages/console)');
  writeFileSync(consoleStamp, hash);
}

/** Everything that goes into the bundle: the console, the packages it is made of, its tools' versions. */
function consoleSources() {
  const folders = ['console', 'client', 'protocol', 'core'].map((name) => path.join(root, 'packages', name));
  const skipped = /(^|[\\/])(node_modules|dist|test-results)([\\/]|$)|\.(test|bench|contract)\.tsx?$/;
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
      .filter((file) => !skipped.test(path.relative(folder, file))),
  );
  return [lockFile, ...files].toSorted();
}

// Chromium, for the tests in a browser -----------------------------------------------------------------

function installChromium() {
  const chosen = process.env.CHROMIUM;
  if (chosen) {
    if (!isExecutable(chosen)) fail(`CHROMIUM=${chosen} is not an executable file`);
    return;
  }
  const usual = '/usr/bin/chromium';
  if (isExecutable(usual)) return;
  const byHand =
    'the browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM=/path/to/chromium';
  if (process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) fail(byHand);
  say('installing Chromium (apt-get install chromium) …');
  const apt = { ...quietly, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  stopUnlessDone(spawnSync('apt-get', ['update', '-qq'], apt), `apt-get update failed; ${byHand}`);
  stopUnlessDone(
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], apt),
    `apt-get install chromium failed; ${byHand}`,
  );
  if (!isExecutable(usual)) fail(`apt-get brought no ${usual}; ${byHand}`);
}

// ------------------------------------------------------------------------------------------------------

/** Output is kept back, and shown only where something failed. */
const quietly = {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'pipe'],
  maxBuffer: 64 * 1024 * 1024,
};

function stopUnlessDone(result, message) {
  if (result.status === 0) return;
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trimEnd().split('\n');
  process.stderr.write(`${output.slice(-30).join('\n')}\n`);
  fail(result.error ? `${message} (${result.error.message})` : message);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // absent or not ours to run: the caller says what to do
  }
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

function say(text) {
  process.stdout.write(`parley: ${text}\n`);
}

function fail(text) {
  process.stderr.write(`parley: ${text}\n`);
  process.exit(1);
}

main();
