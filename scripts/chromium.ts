/**
 * Finds a Chromium for the end-to-end tests, or installs one: one that is on the machine, else Playwright's own download,
 * else the system's package manager.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const MANAGERS: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  [
    'apt-get',
    [
      ['apt-get', 'update', '-q'],
      ['apt-get', 'install', '-y', '-q', 'chromium'],
    ],
  ],
  ['dnf', [['dnf', 'install', '-y', 'chromium']]],
  ['apk', [['apk', 'add', 'chromium']]],
  ['pacman', [['pacman', '-Sy', '--noconfirm', 'chromium']]],
  ['brew', [['brew', 'install', '--cask', 'chromium']]],
];

function which(name: string): string | undefined {
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

function installed(): string | undefined {
  const given = process.env['WEIR_CHROMIUM'];
  if (given !== undefined && existsSync(given)) return given;
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  for (const name of NAMES) {
    const path = which(name);
    if (path !== undefined) return path;
  }
  return PATHS.find((path) => existsSync(path));
}

/** The path of a Chromium's executable. @throws Error when none is there and none can be installed */
export function findChromium(): string {
  const present = installed();
  if (present !== undefined) return present;
  console.log('No Chromium on this machine: installing one');
  const download = spawnSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit', timeout: 180_000 });
  if (download.status === 0 && existsSync(chromium.executablePath())) return chromium.executablePath();
  for (const [manager, commands] of MANAGERS) {
    if (which(manager) === undefined) continue;
    for (const [command, ...args] of commands) {
      if (command !== undefined)
        spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    }
    const path = installed();
    if (path !== undefined) return path;
  }
  throw new Error('No Chromium could be found or installed. Install one and set WEIR_CHROMIUM to its path.');
}
