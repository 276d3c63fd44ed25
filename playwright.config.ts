import { defineConfig } from '@playwright/test';

/** Another port lets two checkouts run their tests at the same time. */
const PORT = Number(process.env['WEIR_PORT'] ?? 4173);

export default defineConfig({
  testDir: 'e2e',
  testIgnore: process.env['WEIR_SCREENSHOTS'] === undefined ? ['**/screenshots.spec.ts'] : [],
  timeout: 120_000,
  expect: { timeout: 20_000 },
  fullyParallel: false,
  workers: 1,
  retries: 0,
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${PORT}`,
    viewport: { width: 1280, height: 720 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(process.env['WEIR_CHROMIUM'] === undefined ? {} : { executablePath: process.env['WEIR_CHROMIUM'] }),
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `npx vite preview --port ${PORT} --strictPort`,
    port: PORT,
    reuseExistingServer: false,
  },
});
